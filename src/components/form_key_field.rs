use leptos::prelude::*;

use crate::model::{FormKey, ShownTo};

/// The hidden fields with the page's key and whom it was shown to, for a form that browsers post.
#[component]
pub fn FormKeyField() -> impl IntoView {
    let key = use_context::<FormKey>().map(|key| {
        view! { <input type="hidden" name=FormKey::FIELD value=key.to_string() /> }
    });
    let shown_to = use_context::<ShownTo>().map(|ShownTo(id)| {
        view! { <input type="hidden" name=ShownTo::FIELD value=id /> }
    });
    view! {
        {key}
        {shown_to}
    }
}
