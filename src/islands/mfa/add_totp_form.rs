use leptos::prelude::*;

use crate::{actions::mfa::add_totp, islands::enhance::enhance, model::Code};

/// Adds an authenticator app with its first code.
#[island]
pub fn AddTotpForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        add_totp(form.value::<Code>("code"), form.query("flow"))
    })
}
