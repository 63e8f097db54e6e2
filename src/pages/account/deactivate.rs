//! `/account/deactivate`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{FormState, SubmitButton, TextField},
    islands::account::DeactivateForm,
    pages::PageResult,
    server::auth::proof::Brings,
};

/// Deactivates the account, once people have typed that they want to.
pub async fn page(form: FormState) -> PageResult {
    if let Some(goto) = change::ask(&form, Brings::Nothing, "/account/deactivate").await? {
        return Ok(goto.into());
    }
    change::page("Deactivate your account", form, Section::Security, || {
        view! {
            <p class="muted">"Nobody will be able to sign in, including you. Only our support team can restore it."</p>
            <DeactivateForm>
                <TextField name="confirmation" label="Type \"deactivate\" to confirm" autocapitalize="none" enterkeyhint="done" />
                <SubmitButton busy="Deactivating…" danger=true>"Deactivate my account"</SubmitButton>
            </DeactivateForm>
        }
    })
}
