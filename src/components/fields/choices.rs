use leptos::prelude::*;

use super::frame::FieldFrame;

/// One of the choices of a [`ChoiceField`].
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// What is posted.
    pub value: &'static str,
    /// What people read.
    pub label: &'static str,
    /// Help next to it; empty for none.
    pub hint: &'static str,
}

/// One of a few choices, all visible at once: a group of radio buttons.
#[component]
pub fn ChoiceField(
    /// The argument's name.
    name: &'static str,
    /// What people read above the group.
    label: &'static str,
    /// Help below it.
    #[prop(optional)]
    hint: &'static str,
    /// The choices.
    choices: Vec<Choice>,
    /// The value that's chosen at the start.
    #[prop(optional)]
    value: &'static str,
) -> impl IntoView {
    let frame = FieldFrame::new(name, label, hint, false);
    let chosen = frame.form.value_or(name, value);
    let choices = choices
        .into_iter()
        .enumerate()
        .map(|(index, Choice { value, label, hint })| {
            let autofocus = index == 0 && frame.autofocus();
            let hint = (!hint.is_empty()).then(|| view! { <span class="field-hint">{hint}</span> });
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name=name
                        value=value
                        checked=value == chosen
                        autofocus=autofocus
                    />
                    <span>{label} " " {hint}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset
            class="choices"
            id=name
            aria-invalid=frame.aria_invalid()
            aria-describedby=frame.described_by()
        >
            <legend>{label}</legend>
            {choices}
            {frame.hint_and_error()}
        </fieldset>
    }
}
