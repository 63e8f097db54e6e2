use leptos::prelude::*;

use crate::{actions::account::keep_password, islands::enhance::enhance, model::CurrentPassword};

/// Keeps a password that may have been a stranger's.
#[island]
pub fn KeepPasswordForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        keep_password(
            form.value::<CurrentPassword>("password"),
            form.query("next"),
        )
    })
}
