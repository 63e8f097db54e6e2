//! `/signout`

use leptos::prelude::*;

use crate::{
    components::PostButton,
    error::AppError,
    model::Account,
    pages::{Page, PageResult},
    server::{auth::session, request},
};

/// Offers to sign out here or everywhere. It takes a POST, because a link or an image on another
/// site can send a GET. Guests learn that it's the end of their account, and can keep it.
pub async fn page() -> PageResult {
    let visitor = request::visitor();
    if visitor.as_ref().is_some_and(Account::is_guest) {
        let page = Page::card("Sign out", || {
            view! {
                <p class="note note-bad">
                    "You're a guest. Once you sign out, nobody can get back into this account, and everything in it is lost."
                </p>
                <div class="button-stack">
                    <a class="button button-primary" href="/account/upgrade">
                        "Keep this account"
                    </a>
                    <PostButton action="/signout" class="button button-danger">
                        "Sign out and lose it"
                    </PostButton>
                </div>
            }
        });
        return Ok(page.into());
    }
    let is_unknown = visitor.is_none() && session::account().await == Err(AppError::Unavailable);
    let page = Page::card("Sign out", move || {
        let warning = is_unknown.then(|| {
            view! {
                <p class="note note-bad">
                    "If you're a guest, nobody can get back into your account once you sign out."
                </p>
            }
        });
        view! {
            {warning}
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
