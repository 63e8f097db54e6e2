use leptos::prelude::*;

use crate::{actions::account::verify_phone, islands::enhance::enhance, model::Code};

/// Verifies the phone number with the code that was sent.
#[island]
pub fn VerifyPhoneForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| verify_phone(form.value::<Code>("code")))
}
