use leptos::prelude::document;

use super::enhance::find;
use crate::model::ShownTo;

/// Has this page's calls name the account that it was shown to, as its forms do.
pub fn call_for_whom_it_was_shown_to() {
    let field = ["[name=", ShownTo::FIELD, "]"].concat();
    let root = document().document_element();
    let field = root.and_then(|root| find(&root, &field));
    if let Some(id) = field.and_then(|field| field.get_attribute("value")) {
        let before = [ShownTo::PREFIX, &id].concat();
        // It's set once for each page that's loaded.
        let _ = server_fn::client::try_set_server_url(before.leak());
    }
}
