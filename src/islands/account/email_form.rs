use leptos::prelude::*;

use crate::{
    actions::account::update_email,
    islands::enhance::enhance,
    model::{CurrentPassword, Email},
};

/// Changes the email address.
#[island]
pub fn EmailForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        update_email(
            form.value::<Email>("email"),
            form.value::<CurrentPassword>("password"),
        )
    })
}
