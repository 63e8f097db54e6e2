use leptos::prelude::*;

use crate::{actions::account::update_preferences, islands::enhance::enhance};

/// Saves the preferences.
#[island]
pub fn PreferencesForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        update_preferences(form.choice("theme"), form.choice("locale"))
    })
}
