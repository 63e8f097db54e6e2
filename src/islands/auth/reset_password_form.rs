use leptos::prelude::*;

use crate::{actions::auth::reset_password, islands::enhance::enhance, model::NewPassword};

/// Sets a new password with the link that was sent.
#[island]
pub fn ResetPasswordForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        reset_password(
            form.query("userId"),
            form.query("secret"),
            form.query("to"),
            form.value::<NewPassword>("password"),
        )
    })
}
