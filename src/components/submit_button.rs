use leptos::prelude::*;

/// A form's button. While the form is on its way it says so and does nothing.
#[component]
pub fn SubmitButton(
    /// What it does.
    label: &'static str,
    /// What is being done.
    busy: &'static str,
    /// Whether it cannot be undone.
    #[prop(optional)]
    danger: bool,
    /// Whether it is being done.
    #[prop(into)]
    pending: Signal<bool>,
) -> impl IntoView {
    // `aria-disabled` rather than `disabled`, which would take the focus away.
    view! {
        <button
            class=if danger { "button button-danger" } else { "button button-primary" }
            type="submit"
            aria-disabled=move || pending.get().then_some("true")
        >
            <span class="spinner" aria-hidden="true"></span>
            {move || if pending.get() { busy } else { label }}
        </button>
    }
}
