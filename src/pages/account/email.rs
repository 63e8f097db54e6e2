//! `/account/email`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{EmailField, FormState, PasswordField, SubmitButton},
    islands::account::EmailForm,
    model::{Flash, Goto},
    pages::PageResult,
    server::auth::session,
};

/// Changes the email address.
pub async fn page(form: FormState) -> PageResult {
    if !session::account().await?.has_password {
        // If an account has no password, Appwrite would make it whatever is typed here.
        return Ok(Goto::page_with("/account/password/new", Flash::PasswordFirst).into());
    }
    change::page("Your email", form, Section::Profile, || {
        view! {
            <p class="muted">"You'll need to verify the new address."</p>
            <EmailForm>
                <EmailField label="New email" autocomplete="email" />
                <PasswordField label="Your password" autocomplete="current-password" />
                <SubmitButton busy="Saving…">"Change email"</SubmitButton>
            </EmailForm>
        }
    })
}
