use leptos::prelude::*;

use crate::model::{Field, FieldError, Input};

/// A labelled text input with a hint and an error of its own. Its `name` is also its id, and with
/// `-error` that of its error.
#[component]
pub fn TextField(
    /// Which field, and its words.
    input: Input,
    /// What it starts with.
    value: String,
    /// What is wrong with it.
    error: Option<FieldError>,
    /// Whether the page opens with the focus in it.
    autofocus: bool,
) -> impl IntoView {
    let name = input.field.name();
    let is_code = matches!(input.field, Field::Code | Field::RecoveryCode);
    let hint = (!input.hint.is_empty()).then_some(input.hint);
    let error_id = format!("{name}-error");
    let hint_id = format!("{name}-hint");
    let described_by = match hint {
        Some(_) => format!("{error_id} {hint_id}"),
        None => error_id.clone(),
    };
    view! {
        <div class="field">
            <label class="field-label" for=name>
                {input.label}
                {input.optional.then(|| view! { <span class="field-optional">"optional"</span> })}
            </label>
            <input
                class=if is_code { "field-input field-code" } else { "field-input" }
                id=name
                name=name
                type=input.kind
                value=value
                autocomplete=input.autocomplete
                inputmode=(input.field == Field::Code).then_some("numeric")
                autocapitalize=(input.field != Field::Name).then_some("none")
                spellcheck="false"
                required=!input.optional
                autofocus=autofocus
                aria-invalid=error.is_some().then_some("true")
                aria-describedby=described_by
            />
            {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            <p class="field-error" id=error_id inner_html=error.map(FieldError::message)></p>
        </div>
    }
}
