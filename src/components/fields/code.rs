use leptos::prelude::*;

use super::frame::FieldFrame;

/// A code from a message or an authenticator app, or a recovery code. It's never filled in again. Where
/// scripts run, one that phones fill in sends its form with the sixth digit: see `codes.js`.
#[component]
pub fn CodeField(
    /// The argument's name.
    #[prop(default = "code")]
    name: &'static str,
    /// What people read above it.
    #[prop(default = "Code")]
    label: &'static str,
    /// `one-time-code`, which lets phones fill in a code they got, or `off`.
    #[prop(default = "one-time-code")]
    autocomplete: &'static str,
    /// `numeric`, or `text` for a code with letters.
    #[prop(default = "numeric")]
    inputmode: &'static str,
    /// Whether the page opens with the focus here, as there's nothing to do first.
    #[prop(default = true)]
    at_once: bool,
    /// The most characters that can be typed, including spaces between groups.
    #[prop(default = 16)]
    maxlength: usize,
) -> impl IntoView {
    let frame = FieldFrame::new(name, label, "", false);
    frame.around(view! {
        <input
            class="field-input field-code"
            id=name
            name=name
            type="text"
            autocomplete=autocomplete
            inputmode=inputmode
            enterkeyhint="done"
            autocapitalize="none"
            maxlength=maxlength.to_string()
            spellcheck="false"
            required
            autofocus=at_once || frame.autofocus()
            aria-invalid=frame.aria_invalid()
            aria-describedby=frame.described_by()
        />
    })
}
