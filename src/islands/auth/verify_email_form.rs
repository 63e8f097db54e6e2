use leptos::prelude::*;

use crate::{actions::auth::verify_email, islands::enhance::enhance};

/// Verifies an email address with the link that was sent.
#[island]
pub fn VerifyEmailForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        verify_email(form.query("userId"), form.query("secret"), form.query("to"))
    })
}
