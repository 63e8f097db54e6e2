use leptos::prelude::*;

use crate::{components::form_state::FormState, model::Problem};

/// What all fields have: a name, and what the page's form knows about it.
#[derive(Clone)]
pub struct FieldFrame {
    /// The input's `name` and `id`.
    pub name: &'static str,
    /// What people read above it.
    pub label: &'static str,
    /// Help below it; empty for none.
    pub hint: &'static str,
    /// Whether it may stay empty.
    pub optional: bool,
    /// The page's form.
    pub form: FormState,
}

impl FieldFrame {
    /// A field of the page's form.
    pub fn new(
        name: &'static str,
        label: &'static str,
        hint: &'static str,
        optional: bool,
    ) -> Self {
        Self {
            name,
            label,
            hint,
            optional,
            form: use_context().unwrap_or_default(),
        }
    }

    /// The input's `aria-invalid`.
    pub fn aria_invalid(&self) -> Option<&'static str> {
        self.problem().is_some().then_some("true")
    }

    /// The input's `aria-describedby`: its hint, or the error that takes its place.
    pub fn described_by(&self) -> String {
        let name = self.name;
        if self.hint.is_empty() || self.problem().is_some() {
            format!("{name}-error")
        } else {
            format!("{name}-error {name}-hint")
        }
    }

    /// Whether the page opens with the focus here.
    pub fn autofocus(&self) -> bool {
        self.form.is_first_to_mend(self.name)
    }

    /// The label, the control, the hint and the error.
    pub fn around(&self, control: impl IntoView + 'static) -> AnyView {
        let name = self.name;
        let optional = self
            .optional
            .then(|| view! { <span class="field-optional">"optional"</span> });
        view! {
            <div class="field">
                <label class="field-label" for=name>
                    {self.label}
                    {optional}
                </label>
                {control}
                {self.hint_and_error()}
            </div>
        }
        .into_any()
    }

    /// The hint and the error.
    pub fn hint_and_error(&self) -> impl IntoView + use<> {
        let name = self.name;
        // Hidden while there's an error, which the island may find later.
        let hint = (!self.hint.is_empty()).then(|| {
            let id = format!("{name}-hint");
            view! { <p class="field-hint" id=id>{self.hint}</p> }
        });
        // Always there, and without Leptos's markers in it, because the island fills it.
        let error = self.problem().map(|problem| problem.message().into_owned());
        view! {
            {hint}
            <p class="field-error" id=format!("{name}-error") inner_html=error></p>
        }
    }

    fn problem(&self) -> Option<Problem> {
        self.form.problem(self.name)
    }
}
