use leptos::prelude::*;

use crate::{actions::account::deactivate, islands::enhance::enhance, model::Confirmation};

/// Deactivates the account.
#[island]
pub fn DeactivateForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        deactivate(form.value::<Confirmation>("confirmation"))
    })
}
