//! `/account/phone`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{FormState, PasswordField, PhoneField, SubmitButton},
    islands::account::PhoneForm,
    model::{Flash, Goto},
    pages::PageResult,
    server::auth::session,
};

/// Changes the phone number.
pub async fn page(form: FormState) -> PageResult {
    if !session::account().await?.has_password {
        // If an account has no password, Appwrite would make it whatever is typed here.
        return Ok(Goto::page_with("/account/password/new", Flash::PasswordFirst).into());
    }
    change::page("Your phone number", form, Section::Profile, || {
        view! {
            <p class="muted">"You'll need to verify the new number."</p>
            <PhoneForm>
                <PhoneField />
                <PasswordField label="Your password" autocomplete="current-password" />
                <SubmitButton busy="Saving…">"Save number"</SubmitButton>
            </PhoneForm>
        }
    })
}
