use leptos::prelude::*;

use crate::{actions::account::update_preferences, islands::enhance::enhance_at};

/// Saves the preferences. The page of the other form beside it shows it too.
#[island]
pub fn PreferencesForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance_at("/account/preferences", children, |form| {
        update_preferences(
            form.choice("theme"),
            form.choice("locale"),
            Some(form.choice("theme_was")),
            Some(form.choice("locale_was")),
        )
    })
}
