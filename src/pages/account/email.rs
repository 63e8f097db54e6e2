//! `/account/email`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{EmailField, FormState, PasswordField, SubmitButton},
    islands::account::EmailForm,
    pages::PageResult,
};

/// Changes the email address.
pub async fn page(form: FormState) -> PageResult {
    change::page_with_password(
        "Your email",
        form,
        Section::Profile,
        "/account/email",
        || {
            view! {
                <p class="muted">"You'll need to verify the new address."</p>
                <EmailForm>
                    <EmailField label="New email" autocomplete="email" />
                    <PasswordField label="Your password" autocomplete="current-password" />
                    <SubmitButton busy="Saving…">"Change email"</SubmitButton>
                </EmailForm>
            }
        },
    )
    .await
}
