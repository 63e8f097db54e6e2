//! `/account/upgrade`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{EmailField, FormState, NameField, PasswordField, SubmitButton},
    islands::account::UpgradeForm,
    model::Goto,
    pages::PageResult,
    server::auth::session,
};

/// Gives a guest's account an email and a password. The form is on the profile page, and here if
/// something was wrong with it. Whoever has a full account is led to it.
pub async fn page(form: FormState) -> PageResult {
    if !session::account().await?.is_guest() {
        return change::lead_away(&form, Goto::page("/account"));
    }
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
            <NameField optional=true />
            <EmailField />
            <PasswordField autocomplete="new-password" />
            <SubmitButton busy="Saving…">"Keep my account"</SubmitButton>
        </UpgradeForm>
    }
}
