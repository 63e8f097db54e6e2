use leptos::prelude::*;

use super::frame::FieldFrame;
use crate::model::NewPassword;

/// A password. It's never filled in again. Where scripts run, a button shows what was typed.
#[component]
pub fn PasswordField(
    /// The argument's name.
    #[prop(default = "password")]
    name: &'static str,
    /// What people read above it.
    #[prop(default = "Password")]
    label: &'static str,
    /// `current-password`, or `new-password` for a new one.
    autocomplete: &'static str,
    /// What the keyboard's enter key says.
    #[prop(default = "done")]
    enterkeyhint: &'static str,
) -> impl IntoView {
    let is_new = autocomplete == "new-password";
    let hint = if is_new {
        "At least 8 characters. A few random words work well."
    } else {
        ""
    };
    let frame = FieldFrame::new(name, label, hint, false);
    frame.around(view! {
        <div class="field-reveal">
            <input
                class="field-input"
                id=name
                name=name
                type="password"
                autocomplete=autocomplete
                enterkeyhint=enterkeyhint
                autocapitalize="none"
                maxlength=NewPassword::MAX.to_string()
                spellcheck="false"
                required
                autofocus=frame.autofocus()
                aria-invalid=frame.aria_invalid()
                aria-describedby=frame.described_by()
            />
            // The loader makes it work.
            <button class="needs-script" type="button" data-reveals=name>
                <span>"Show"</span>
                <span class="hidden">" " {label.to_lowercase()}</span>
            </button>
        </div>
    })
}
