//! What pages share that change one thing about the account.

use leptos::prelude::*;

use super::layout::Section;
use crate::{
    components::FormState,
    pages::{Page, PageResult},
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
