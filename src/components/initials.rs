use leptos::prelude::*;

use crate::model::AvatarColor;

/// A circle with somebody's initials, to go next to their name.
#[component]
pub fn Initials(
    /// A name or an email address.
    of: String,
    /// What it's filled with.
    color: AvatarColor,
) -> impl IntoView {
    let color: &str = color.into();
    let letters: String = of
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect();
    view! {
        <span class="initials" data-color=color aria-hidden="true">
            {letters}
        </span>
    }
}
