//! `/verify`

use leptos::prelude::*;

use super::email_link::{self, EmailLink};
use crate::{
    components::{FormState, SubmitButton},
    islands::auth::VerifyEmailForm,
    model::{Flash, Goto},
    pages::PageResult,
    server::request,
};

/// Verifies an email address with a link from an email. Its owner learns here that it's verified already.
pub async fn page(form: FormState) -> PageResult {
    let user_id = request::query("userId");
    if request::visitor().is_some_and(|visitor| visitor.id == user_id && visitor.email_verified) {
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
