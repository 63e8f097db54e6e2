use leptos::prelude::*;

use crate::{actions::account::update_avatar_color, islands::enhance::enhance_at};

/// Saves the color of the circle with somebody's initials. It stands on the preferences page.
#[island]
pub fn AvatarColorForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance_at("/account/preferences/color", children, |form| {
        update_avatar_color(form.choice("color"))
    })
}
