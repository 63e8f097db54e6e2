//! `/account/phone`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{FormState, PasswordField, PhoneField, SubmitButton},
    islands::account::PhoneForm,
    pages::PageResult,
};

/// Changes the phone number.
pub async fn page(form: FormState) -> PageResult {
    change::page_with_password(
        "Your phone number",
        form,
        Section::Profile,
        "/account/phone",
        || {
            view! {
                <p class="muted">"We'll text you a code to verify it."</p>
                <PhoneForm>
                    <PhoneField />
                    <PasswordField label="Your password" autocomplete="current-password" />
                    <SubmitButton busy="Saving…">"Save number"</SubmitButton>
                </PhoneForm>
            }
        },
    )
    .await
}
