//! `/mfa/code`

use leptos::prelude::*;

use super::step;
use crate::{
    components::{CodeField, FormState, SubmitButton},
    islands::mfa::SentCodeForm,
    model::{Factor, Goto},
    pages::{LocalInbox, PageResult},
    server::{
        auth::flow::{self, Flow},
        request,
    },
};

/// Asks for the code that was sent.
pub async fn page(form: FormState) -> PageResult {
    let (factor, next) = match flow::find(&request::query("flow"))? {
        Some(Flow::Challenge { factor, next, .. }) => (factor, next),
        Some(Flow::Done { path }) => return Ok(Goto::page(path).into()),
        _ => return Ok(Goto::page("/mfa").into()),
    };
    step::page(factor, form, next, move || {
        let text = match factor {
            Factor::Phone => "Enter the code we sent to your phone.",
            _ => "Enter the code we sent to your email.",
        };
        view! {
            <p class="muted">{text}</p>
            <LocalInbox />
            <SentCodeForm>
                <CodeField />
                <SubmitButton busy="Checking…">"Continue"</SubmitButton>
            </SentCodeForm>
        }
    })
    .await
}
