use leptos::prelude::*;

use crate::{actions::auth::send_email_otp, islands::enhance::enhance, model::Email};

/// Asks for a sign-in code by email.
#[island]
pub fn EmailOtpForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        send_email_otp(form.value::<Email>("email"), form.query("next"))
    })
}
