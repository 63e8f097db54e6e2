use leptos::prelude::*;

use crate::{
    actions::auth::sign_up,
    islands::enhance::enhance,
    model::{DisplayName, Email, NewPassword},
};

/// Creates an account with email and password.
#[island]
pub fn SignUpForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        sign_up(
            form.value::<Option<DisplayName>>("name"),
            form.value::<Email>("email"),
            form.value::<NewPassword>("password"),
            form.query("next"),
        )
    })
}
