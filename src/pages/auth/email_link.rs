//! What pages share that links in emails lead to.
//!
//! Programs that scan emails open links too, so opening one changes nothing: each of these pages
//! shows a form, and the form does the work.

use leptos::prelude::*;

use crate::{
    components::FormState,
    error::AppError,
    pages::{Page, PageResult},
    server::request,
};

/// A page that a link leads to: its form, or where to get a new link once this one has expired.
///
/// The link's secret stays in the page's query and isn't written into the page.
pub fn page<View: IntoView + 'static>(
    title: &'static str,
    form: FormState,
    new_link: NewLink,
    content: impl FnOnce() -> View + Send + 'static,
) -> PageResult {
    // If an email program has cut the link off, it's as good as none.
    let is_cut_off = request::query("userId").is_empty() || request::query("secret").is_empty();
    let page = if is_cut_off || form.error() == Some(&AppError::LinkExpired) {
        let expired = FormState::refused(Vec::new(), AppError::LinkExpired);
        Page::form(title, expired, move || {
            view! {
                <p>
                    <a class="button button-primary" href=new_link.path>
                        {new_link.label}
                    </a>
                </p>
            }
        })
    } else {
        Page::form(title, form, move || {
            view! {
                {content()}
                <p class="card-foot">
                    "Link not working? " <a href=new_link.path>{new_link.label}</a>
                </p>
            }
        })
    };
    Ok(page.into())
}

/// Where to get a new link.
#[derive(Clone, Copy)]
pub struct NewLink {
    /// The page that sends one.
    pub path: &'static str,
    /// What the link there says.
    pub label: &'static str,
}
