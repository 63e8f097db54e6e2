//! `/mfa/totp`

use leptos::prelude::*;

use super::step;
use crate::{
    components::{CodeField, FormState, SubmitButton},
    islands::mfa::TotpForm,
    model::Factor,
    pages::PageResult,
    server::request,
};

/// Asks for a code from an authenticator app.
pub async fn page(form: FormState) -> PageResult {
    step::page(Factor::Totp, form, request::next(), || {
        view! {
            <p class="muted">"Enter the code from your authenticator app."</p>
            <TotpForm>
                <CodeField />
                <SubmitButton busy="Checking…">"Continue"</SubmitButton>
            </TotpForm>
        }
    })
    .await
}
