use leptos::prelude::*;

use super::frame::FieldFrame;

/// A yes or no. Posted as `true`, and not at all when it isn't ticked: the argument is a `bool`
/// with `#[server(default)]`, and the island reads it with `form.choice("…")`.
#[component]
pub fn CheckboxField(
    /// The argument's name.
    name: &'static str,
    /// What people read next to it.
    label: &'static str,
    /// Help below it.
    #[prop(optional)]
    hint: &'static str,
    /// Whether it starts ticked.
    #[prop(optional)]
    checked: bool,
) -> impl IntoView {
    let frame = FieldFrame::new(name, label, hint, true);
    let checked = frame.form.is_ticked_or(name, checked);
    view! {
        <div class="field">
            <label class="choice">
                <input
                    id=name
                    type="checkbox"
                    name=name
                    value="true"
                    checked=checked
                    autofocus=frame.autofocus()
                    aria-invalid=frame.aria_invalid()
                    aria-describedby=frame.described_by()
                />
                <span>{label}</span>
            </label>
            {frame.hint_and_error()}
        </div>
    }
}
