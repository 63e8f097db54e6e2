use leptos::prelude::*;

use crate::{actions::auth::sign_in_with_link, islands::enhance::enhance};

/// Signs in with the link that was sent.
#[island]
pub fn LinkForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        sign_in_with_link(
            form.query("userId"),
            form.query("secret"),
            form.query("to"),
            form.query("next"),
        )
    })
}
