//! `/mfa/recovery-code`

use leptos::prelude::*;

use super::step;
use crate::{
    components::{CodeField, FormState, SubmitButton},
    islands::mfa::RecoveryCodeForm,
    model::Factor,
    pages::PageResult,
    server::request,
};

/// Asks for a recovery code.
pub async fn page(form: FormState) -> PageResult {
    step::page(Factor::RecoveryCode, form, request::next(), || {
        view! {
            <p class="muted">"Enter one of your recovery codes. Each works once."</p>
            <RecoveryCodeForm>
                <CodeField label="Recovery code" autocomplete="off" inputmode="text" />
                <SubmitButton busy="Checking…">"Continue"</SubmitButton>
            </RecoveryCodeForm>
        }
    })
    .await
}
