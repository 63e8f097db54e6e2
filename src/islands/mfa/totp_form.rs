use leptos::prelude::*;

use crate::{actions::mfa::answer_totp, islands::enhance::enhance, model::Code};

/// Completes the second step with a code from an authenticator app.
#[island]
pub fn TotpForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        answer_totp(form.value::<Code>("code"), form.query("next"))
    })
}
