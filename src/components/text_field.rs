use leptos::prelude::*;

use crate::model::{Field, FieldError, Input};

/// A labelled text input with a hint and an error of its own. Its `name` is also its id.
#[component]
pub fn TextField(
    /// Which field, and its words.
    input: &'static Input,
    /// What it starts with.
    #[prop(into)]
    value: String,
    /// What is wrong with it.
    error: Signal<Option<FieldError>>,
) -> impl IntoView {
    let name = input.field.name();
    let code = input.field == Field::Code;
    let hint = (!input.hint.is_empty()).then_some(input.hint);
    let wrong = move || error.get().is_some();
    let error_id = format!("{name}-error");
    let hint_id = format!("{name}-hint");
    let described_by = {
        let hint_id = hint.is_some().then(|| hint_id.clone());
        let error_id = error_id.clone();
        move || match (wrong(), &hint_id) {
            (true, Some(hint_id)) => Some(format!("{error_id} {hint_id}")),
            (true, None) => Some(error_id.clone()),
            (false, hint_id) => hint_id.clone(),
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for=name>
                {input.label}
                {input.optional.then(|| view! { <span class="field-optional">"optional"</span> })}
            </label>
            <input
                class=if code { "field-input field-code" } else { "field-input" }
                id=name
                name=name
                type=input.kind
                value=value
                autocomplete=input.autocomplete
                inputmode=code.then_some("numeric")
                autocapitalize=(input.field != Field::Name).then_some("none")
                spellcheck="false"
                required=!input.optional
                aria-invalid=move || wrong().then_some("true")
                aria-describedby=described_by
            />
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            <p class="field-error" id=error_id>
                {move || error.get().map(FieldError::message)}
            </p>
        </div>
    }
}
