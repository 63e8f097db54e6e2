//! `/signout`

use leptos::prelude::*;

use crate::{
    components::PostButton,
    pages::{Page, PageResult},
};

/// Offers to sign out here or everywhere. It takes a POST, because a link or an image on another
/// site can send a GET.
pub async fn page() -> PageResult {
    let page = Page::card("Sign out", || {
        view! {
            <p class="muted">"Everywhere means every browser and every device."</p>
            <div class="button-stack">
                <PostButton action="/signout" class="button button-primary">
                    "Sign out here"
                </PostButton>
                <PostButton action="/signout/everywhere">"Sign out everywhere"</PostButton>
            </div>
        }
    });
    Ok(page.into())
}
