//! What pages share that change one thing about the account.

use leptos::prelude::*;

use super::layout::Section;
use crate::{
    components::FormState,
    model::{Flash, Goto},
    pages::{Page, PageResult},
    server::auth::session,
};

/// A page with a form, and a link back to the section it belongs to.
pub fn page<View: IntoView + 'static>(
    title: &'static str,
    form: FormState,
    section: Section,
    content: impl FnOnce() -> View + Send + 'static,
) -> PageResult {
    let page = Page::form(title, form, move || {
        view! {
            {content()}
            <p class="card-foot">
                <a href=section.path()>"Back to " {section.title().to_lowercase()}</a>
            </p>
        }
    });
    Ok(page.into())
}

/// As [`page`], for a form that asks for the account's password. One that has none is led to set it
/// first: Appwrite would make it whatever is typed here.
pub async fn page_with_password<View: IntoView + 'static>(
    title: &'static str,
    form: FormState,
    section: Section,
    content: impl FnOnce() -> View + Send + 'static,
) -> PageResult {
    if !session::account().await?.has_password {
        return Ok(Goto::page_with("/account/password/new", Flash::PasswordFirst).into());
    }
    page(title, form, section, content)
}
