use leptos::prelude::*;

use crate::{actions::auth::send_magic_url, islands::enhance::enhance, model::Email};

/// Asks for a sign-in link by email.
#[island]
pub fn MagicUrlForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        send_magic_url(form.value::<Email>("email"), form.query("next"))
    })
}
