//! `/recover/confirm`

use leptos::prelude::*;

use super::email_link::{self, EmailLink};
use crate::{
    components::{FormState, PasswordField, SubmitButton},
    islands::auth::ResetPasswordForm,
    pages::PageResult,
};

/// Sets a new password with a link from an email.
pub async fn page(form: FormState) -> PageResult {
    let link = EmailLink {
        new_link: "/recover",
        new_link_label: "Send a new link",
        in_another_account: "Setting a password with it signs you out of yours.",
        can_be_a_trap: false,
    };
    email_link::page("Set a new password", form, link, || {
        view! {
            <p class="muted">"You may need to sign in again on your other devices."</p>
            <ResetPasswordForm>
                <PasswordField label="New password" autocomplete="new-password" />
                <SubmitButton busy="Saving…">"Set new password"</SubmitButton>
            </ResetPasswordForm>
        }
    })
}
