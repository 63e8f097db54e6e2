use leptos::prelude::*;

use crate::model::FieldError;

/// A labelled text input with a hint and an error of its own. Its `name` is also its id.
#[component]
pub fn TextField(
    /// What people read.
    label: &'static str,
    /// What is sent, and the element's id.
    name: &'static str,
    /// The input's `type`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What password managers and browsers fill in.
    autocomplete: &'static str,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
    /// Help shown below the label.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What is wrong with it.
    error: Signal<Option<FieldError>>,
) -> impl IntoView {
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
                {label}
                {optional.then(|| view! { <span class="field-optional">"optional"</span> })}
            </label>
            <input
                class="field-input"
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autocapitalize=(name != "name").then_some("none")
                spellcheck="false"
                required=!optional
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
