//! `/mfa/code`

use leptos::prelude::*;

use super::step;
use crate::{
    components::{CodeField, FormState, SubmitButton},
    islands::mfa::SentCodeForm,
    model::{Factor, Goto},
    pages::PageResult,
    server::auth::flow::{self, Flow},
};

/// Asks for the code that was sent.
pub async fn page(form: FormState) -> PageResult {
    let Ok(Flow::Challenge { factor, next, .. }) = flow::current() else {
        return Ok(Goto::page("/mfa").into());
    };
    step::page(factor, form, next, move || {
        let text = match factor {
            Factor::Phone => "Enter the code we sent to your phone.",
            _ => "Enter the code we sent to your email.",
        };
        view! {
            <p class="muted">{text}</p>
            <SentCodeForm>
                <CodeField />
                <SubmitButton busy="Checking…">"Continue"</SubmitButton>
            </SentCodeForm>
        }
    })
    .await
}
