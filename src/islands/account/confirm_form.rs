use leptos::prelude::*;

use crate::{
    actions::account::confirm_with_password, islands::enhance::enhance, model::CurrentPassword,
};

/// Confirms with the password that the account is theirs.
#[island]
pub fn ConfirmForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        confirm_with_password(
            form.value::<CurrentPassword>("password"),
            form.query("next"),
        )
    })
}
