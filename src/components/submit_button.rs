use leptos::prelude::*;

use super::page_fields::PageFields;

/// The button of a form that people type into, and the key that goes with it.
#[component]
pub fn SubmitButton(
    /// What it says while the form is being sent. `enhance` shows it.
    busy: &'static str,
    /// Whether what it does can't be undone.
    #[prop(optional)]
    danger: bool,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let class = if danger {
        "button button-danger"
    } else {
        "button button-primary"
    };
    view! {
        <PageFields />
        <button class=class type="submit" data-busy=busy>
            {children()}
        </button>
    }
}
