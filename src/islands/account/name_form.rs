use leptos::prelude::*;

use crate::{actions::account::update_name, islands::enhance::enhance, model::DisplayName};

/// Changes the name.
#[island]
pub fn NameForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        update_name(form.value::<DisplayName>("name"))
    })
}
