use leptos::prelude::*;

use crate::model::{FormKey, ShownTo};

/// The hidden fields that say which page a form was on: its key, and whom it was shown to. For forms that browsers
/// post.
#[component]
pub fn PageFields() -> impl IntoView {
    let key = use_context::<FormKey>().map(|key| {
        view! { <input type="hidden" name=FormKey::FIELD value=key.to_string() /> }
    });
    view! {
        {key}
        <ShownToField />
    }
}

/// The hidden field that says whom the page was shown to.
#[component]
pub fn ShownToField() -> impl IntoView {
    use_context::<ShownTo>().map(|ShownTo(id)| {
        view! { <input type="hidden" name=ShownTo::FIELD value=id /> }
    })
}
