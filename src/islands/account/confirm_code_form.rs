use leptos::prelude::*;

use crate::{actions::account::confirm_with_code, islands::enhance::enhance, model::Code};

/// Confirms with the code that was sent that the account is theirs.
#[island]
pub fn ConfirmCodeForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        confirm_with_code(form.value::<Code>("code"), form.query("flow"))
    })
}
