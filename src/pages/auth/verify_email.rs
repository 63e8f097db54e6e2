//! `/verify`

use leptos::prelude::*;

use super::email_link::{self, NewLink};
use crate::{
    components::{FormState, SubmitButton},
    islands::auth::VerifyEmailForm,
    pages::PageResult,
};

/// Verifies an email address with a link from an email.
pub async fn page(form: FormState) -> PageResult {
    let new_link = NewLink {
        path: "/account",
        label: "Send a new link from your account",
    };
    email_link::page("Verify your email", form, new_link, || {
        view! {
            <p class="muted">"Confirm that this address is yours."</p>
            <VerifyEmailForm>
                <SubmitButton busy="Verifying…">"Verify email"</SubmitButton>
            </VerifyEmailForm>
        }
    })
}
