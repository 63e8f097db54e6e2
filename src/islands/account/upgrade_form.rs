use leptos::prelude::*;

use crate::{
    actions::account::upgrade_guest,
    islands::enhance::enhance_at,
    model::{DisplayName, Email, NewPassword},
};

/// Gives a guest's account an email address and a password. It's on the profile page too.
#[island]
pub fn UpgradeForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance_at("/account/upgrade", children, |form| {
        upgrade_guest(
            form.value::<Option<DisplayName>>("name"),
            form.value::<Email>("email"),
            form.value::<NewPassword>("password"),
        )
    })
}
