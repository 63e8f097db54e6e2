use leptos::prelude::*;

use crate::components::FormState;

/// What another field starts with, for a server function that only saves what was changed. Nobody
/// sees it.
#[component]
pub fn StartField(
    /// The argument's name.
    name: &'static str,
    /// The value that the other field starts with.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let form: FormState = use_context().unwrap_or_default();
    let value = form.text_or(name, &value, None);
    // Without `autocomplete`, Firefox may fill in the value of an earlier visit.
    view! { <input type="hidden" name=name value=value autocomplete="off" /> }
}
