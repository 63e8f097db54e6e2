use leptos::prelude::*;

use super::frame::FieldFrame;

/// One of many choices: a drop-down list.
#[component]
pub fn SelectField(
    /// The argument's name.
    name: &'static str,
    /// What people read above it.
    label: &'static str,
    /// Help below it.
    #[prop(optional)]
    hint: &'static str,
    /// The choices: the value that is posted, and what people read.
    options: Vec<(&'static str, &'static str)>,
    /// The value that it starts with.
    #[prop(optional)]
    value: &'static str,
) -> impl IntoView {
    let frame = FieldFrame::new(name, label, hint, false);
    let selected = frame.form.value_or(name, value);
    let options = options
        .into_iter()
        .map(|(value, label)| {
            view! {
                <option value=value selected=value == selected>
                    {label}
                </option>
            }
        })
        .collect_view();
    frame.around(view! {
        <select
            class="field-input"
            id=name
            name=name
            autofocus=frame.autofocus()
            aria-invalid=frame.aria_invalid()
            aria-describedby=frame.described_by()
        >
            {options}
        </select>
    })
}
