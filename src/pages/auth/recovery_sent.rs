//! `/recover/sent`

use leptos::prelude::*;

use crate::pages::{LocalInbox, Page, PageResult};

/// Says the same whether the address has an account or not.
pub async fn page() -> PageResult {
    let page = Page::card("Check your email", || {
        view! {
            <p>
                "If that address has an account, we sent it a link. It works once, for an hour."
            </p>
            <LocalInbox />
            <p class="card-foot">
                "Didn't get it? " <a href="/recover">"Try another address"</a>
            </p>
        }
    });
    Ok(page.into())
}
