use leptos::prelude::*;

use crate::model::FormKey;

/// The hidden field with the page's key, for a form that browsers post.
#[component]
pub fn FormKeyField() -> impl IntoView {
    use_context::<FormKey>().map(|key| {
        view! { <input type="hidden" name=FormKey::FIELD value=key.to_string() /> }
    })
}
