//! `/signin/code`

use leptos::prelude::*;

use super::security_phrase::SecurityPhrase;
use crate::{
    components::{CodeField, FormState, SubmitButton},
    islands::auth::CodeForm,
    model::Goto,
    pages::{LocalInbox, Page, PageResult, SendAgain},
    server::{
        auth::flow::{self, Channel, Flow},
        http::links::with_next,
        request,
    },
};

/// Asks for the code that was sent.
pub async fn page(form: FormState) -> PageResult {
    let id = request::query("flow");
    let Some(Flow::Code {
        sent_by,
        to,
        phrase,
        next,
        ..
    }) = flow::find(&id)?
    else {
        return match form.error() {
            Some(error) => Err(error.clone()),
            None => Ok(Goto::page("/signin").into()),
        };
    };
    let sent = flow::age(&id)?;
    let page = Page::form("Enter your code", form, move || {
        let (send, field, change) = match sent_by {
            Channel::Email => ("/signin/email-otp", "email", "Change address"),
            Channel::TextMessage => ("/signin/phone", "phone", "Change number"),
        };
        let again = vec![(field, to.clone()), ("next", next.clone())];
        view! {
            <p>"We sent a code to " <strong>{to}</strong> "."</p>
            <SecurityPhrase phrase=phrase />
            <LocalInbox />
            <CodeForm>
                <CodeField />
                <SubmitButton busy="Signing in…">"Sign in"</SubmitButton>
            </CodeForm>
            <div class="card-foot row">
                <SendAgain action=send with=again sent=sent />
                <a href=with_next(send, &next)>{change}</a>
                <a href=with_next("/signin", &next)>"Sign in another way"</a>
                {(sent_by == Channel::Email).then(unproven)}
            </div>
        }
    });
    Ok(page.into())
}

/// The server doesn't say which of the two it is: that would tell anybody that there's an account.
fn unproven() -> impl IntoView {
    view! {
        <details>
            <summary>"Right code, but it isn't accepted?"</summary>
            <p>
                "An address that was never verified here, or has just changed, can't open its account yet. Sign in the way you did before and verify it. If you've never been here, somebody else has used your address: please contact us."
            </p>
        </details>
    }
}
