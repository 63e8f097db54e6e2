use leptos::prelude::*;

use crate::{actions::auth::send_phone_otp, islands::enhance::enhance, model::Phone};

/// Asks for a sign-in code by text message.
#[island]
pub fn PhoneOtpForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        send_phone_otp(form.value::<Phone>("phone"), form.query("next"))
    })
}
