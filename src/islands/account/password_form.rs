use leptos::prelude::*;

use crate::{
    actions::account::update_password,
    islands::enhance::enhance,
    model::{CurrentPassword, NewPassword},
};

/// Changes the password.
#[island]
pub fn PasswordForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        update_password(
            form.value::<CurrentPassword>("password"),
            form.value::<NewPassword>("new_password"),
        )
    })
}
