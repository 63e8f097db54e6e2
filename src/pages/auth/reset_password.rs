//! `/recover/confirm`

use leptos::prelude::*;

use super::email_link::{self, EmailLink};
use crate::{
    components::{FormState, PasswordField, SubmitButton, UsernameField},
    islands::auth::ResetPasswordForm,
    pages::PageResult,
    server::auth::flow,
};

/// Sets a new password with a link from an email.
pub async fn page(form: FormState) -> PageResult {
    let link = EmailLink {
        new_link: "/recover",
        new_link_label: "Send a new link",
        in_another_account: "Setting a password with it signs you out of yours.",
        can_be_a_trap: false,
    };
    let address = flow::address_to_recover()?.unwrap_or_default();
    email_link::page("Set a new password", form, link, move || {
        view! {
            <p class="muted">"You may need to sign in again on your other devices."</p>
            <ResetPasswordForm>
                <UsernameField value=address />
                <PasswordField label="New password" autocomplete="new-password" />
                <SubmitButton busy="Saving…">"Set new password"</SubmitButton>
            </ResetPasswordForm>
        }
    })
}
