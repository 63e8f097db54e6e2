//! `/recover/confirm`

use leptos::prelude::*;

use super::email_link::{self, NewLink};
use crate::{
    components::{FormState, PasswordField, SubmitButton},
    islands::auth::ResetPasswordForm,
    pages::PageResult,
};

/// Sets a new password with a link from an email.
pub async fn page(form: FormState) -> PageResult {
    let new_link = NewLink {
        path: "/recover",
        label: "Send a new link",
    };
    email_link::page("Set a new password", form, new_link, || {
        view! {
            <p class="muted">"You may need to sign in again on your other devices."</p>
            <ResetPasswordForm>
                <PasswordField label="New password" autocomplete="new-password" />
                <SubmitButton busy="Saving…">"Set new password"</SubmitButton>
            </ResetPasswordForm>
        }
    })
}
