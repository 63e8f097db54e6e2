//! `/account/password/new`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{FormState, PasswordField, SubmitButton},
    islands::account::SetPasswordForm,
    model::Goto,
    pages::PageResult,
    server::auth::session,
};

/// Sets the first password of an account that has none.
pub async fn page(form: FormState) -> PageResult {
    if session::account().await?.has_password {
        return Ok(Goto::page("/account/password").into());
    }
    change::page("Set a password", form, Section::Security, || {
        view! {
            <p class="muted">"Use it to sign in and to confirm changes."</p>
            <SetPasswordForm>
                <PasswordField autocomplete="new-password" />
                <SubmitButton busy="Saving…">"Set password"</SubmitButton>
            </SetPasswordForm>
        }
    })
}
