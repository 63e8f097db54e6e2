//! `/account/password`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{FormState, PasswordField, SubmitButton},
    islands::account::PasswordForm,
    pages::PageResult,
    server::auth::{password, proof::Brings, session},
};

/// Changes the password.
pub async fn page(form: FormState) -> PageResult {
    if let Some(goto) = password::missing(&session::account().await?, "") {
        return change::lead_away(&form, goto);
    }
    if let Some(goto) = change::ask(&form, Brings::Password, "/account/password").await? {
        return Ok(goto.into());
    }
    change::page("Your password", form, Section::Security, || {
        view! {
            <p class="muted">"You stay signed in here. Other devices may need to sign in again."</p>
            <PasswordForm>
                <PasswordField label="Your password" autocomplete="current-password" enterkeyhint="next" />
                <PasswordField name="new_password" label="New password" autocomplete="new-password" />
                <SubmitButton busy="Saving…">"Change password"</SubmitButton>
            </PasswordForm>
        }
    })
}
