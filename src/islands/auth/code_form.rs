use leptos::prelude::*;

use crate::{actions::auth::sign_in_with_code, islands::enhance::enhance, model::Code};

/// Signs in with the code that was sent.
#[island]
pub fn CodeForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        sign_in_with_code(form.value::<Code>("code"), form.query("flow"))
    })
}
