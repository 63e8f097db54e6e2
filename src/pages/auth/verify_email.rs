//! `/verify`

use leptos::prelude::*;

use super::email_link::{self, EmailLink};
use crate::{
    components::{FormState, SubmitButton},
    islands::auth::VerifyEmailForm,
    model::{Flash, Goto},
    pages::PageResult,
    server::{auth::proved, request},
};

/// Verifies an email address with a link from an email. Its owner learns here that it's verified already.
pub async fn page(form: FormState) -> PageResult {
    let user_id = request::query("userId");
    if let Some(visitor) = request::visitor()
        && visitor.id == user_id
        && proved::is_verified(&visitor)?
    {
        return Ok(Goto::page_with("/account", Flash::AlreadyVerified).into());
    }
    let link = EmailLink {
        new_link: "/account",
        new_link_label: "Send a new link from your account",
        in_another_account: "You stay signed in to yours.",
        can_be_a_trap: true,
    };
    email_link::page("Verify your email", form, link, || {
        view! {
            <p class="muted">"Confirm that this address is yours."</p>
            <VerifyEmailForm>
                <SubmitButton busy="Verifying…">"Verify email"</SubmitButton>
            </VerifyEmailForm>
        }
    })
}
