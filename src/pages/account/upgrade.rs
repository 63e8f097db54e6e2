//! `/account/upgrade`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{EmailField, FormState, PasswordField, SubmitButton, TextField},
    islands::account::UpgradeForm,
    model::DisplayName,
    pages::PageResult,
};

/// Gives a guest's account an email and a password. The form is on the profile page, and here if
/// something was wrong with it.
pub async fn page(form: FormState) -> PageResult {
    change::page("Keep this account", form, Section::Profile, || {
        view! {
            <p class="muted">
                "Add an email and a password to make it yours. Everything in it stays."
            </p>
            <UpgradeFields />
        }
    })
}

/// The form itself.
#[component]
pub fn UpgradeFields() -> impl IntoView {
    view! {
        <UpgradeForm>
            <TextField
                name="name"
                label="Name"
                autocomplete="name"
                autocapitalize="words"
                maxlength=DisplayName::MAX
                optional=true
            />
            <EmailField />
            <PasswordField autocomplete="new-password" />
            <SubmitButton busy="Saving…">"Keep my account"</SubmitButton>
        </UpgradeForm>
    }
}
