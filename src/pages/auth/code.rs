//! `/signin/code`

use leptos::prelude::*;

use super::security_phrase::SecurityPhrase;
use crate::{
    components::{CodeField, FormState, SubmitButton},
    islands::auth::CodeForm,
    model::Goto,
    pages::{Page, PageResult},
    server::{
        auth::flow::{self, Channel, Flow},
        http::links::with_next,
        request,
    },
};

/// Asks for the code that was sent.
pub async fn page(form: FormState) -> PageResult {
    let Some(Flow::Code {
        sent_by,
        to,
        phrase,
        next,
        ..
    }) = flow::find(&request::query("flow"))?
    else {
        return match form.error() {
            Some(error) => Err(error.clone()),
            None => Ok(Goto::page("/signin").into()),
        };
    };
    let page = Page::form("Enter your code", form, move || {
        let send_again = match sent_by {
            Channel::Email => "/signin/email-otp",
            Channel::TextMessage => "/signin/phone",
        };
        view! {
            <p>"We sent a code to " <strong>{to}</strong> "."</p>
            <SecurityPhrase phrase=phrase />
            <CodeForm>
                <CodeField />
                <SubmitButton busy="Signing in…">"Sign in"</SubmitButton>
            </CodeForm>
            <p class="card-foot">
                "Didn't get it? " <a href=with_next(send_again, &next)>"Send another code"</a> " · "
                <a href=with_next("/signin", &next)>"Sign in another way"</a>
            </p>
        }
    });
    Ok(page.into())
}
