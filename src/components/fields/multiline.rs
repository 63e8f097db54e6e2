use leptos::prelude::*;

use super::frame::FieldFrame;

/// Text with several lines.
#[component]
pub fn MultilineField(
    /// The argument's name.
    name: &'static str,
    /// What people read above it.
    label: &'static str,
    /// Help below it.
    #[prop(optional)]
    hint: &'static str,
    /// How many lines are visible at once.
    #[prop(default = 6)]
    rows: u32,
    /// The most characters that can be typed.
    #[prop(optional)]
    maxlength: Option<usize>,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let frame = FieldFrame::new(name, label, hint, optional);
    // As inner HTML that's escaped here, because Leptos writes what's inside a `textarea` as it is. HTML
    // drops a line break at the start, so we add one for it to drop.
    let text = frame.form.text_or(name, &value, maxlength);
    let text = ["\n", &text.replace('&', "&amp;").replace('<', "&lt;")].concat();
    frame.around(view! {
        <textarea
            class="field-input"
            id=name
            name=name
            rows=rows.to_string()
            maxlength=maxlength.map(|count| count.to_string())
            autocomplete="off"
            required=!optional
            autofocus=frame.autofocus()
            aria-invalid=frame.aria_invalid()
            aria-describedby=frame.described_by()
            inner_html=text
        ></textarea>
    })
}
