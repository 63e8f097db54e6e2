use leptos::prelude::*;

use crate::{
    actions::auth::sign_in,
    islands::enhance::enhance,
    model::{CurrentPassword, Email},
};

/// Signs in with email and password.
#[island]
pub fn SignInForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        sign_in(
            form.value::<Email>("email"),
            form.value::<CurrentPassword>("password"),
            form.query("next"),
        )
    })
}
