//! The pages, one file a route. They are rendered on the server only.
//!
//! A page loads its data first and renders then, so that what goes wrong decides the response
//! before any of it is written, and a rendered page holds no data but what it shows.

pub mod account;
pub mod error;
pub mod home;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;

use leptos::prelude::{AnyView, IntoAny, IntoView};

use crate::error::AppError;

/// A page that has all its data.
pub struct Page {
    /// For the browser's tab and history, without the site's name.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What stands between the header and the footer.
    pub view: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Page {
    /// A page that is what was asked for.
    pub fn new<View: IntoView + 'static>(
        title: &'static str,
        view: impl FnOnce() -> View + Send + 'static,
    ) -> Self {
        Self {
            title,
            status: 200,
            view: Box::new(move || view().into_any()),
        }
    }

    /// The same page, with the status of what went wrong on it.
    pub fn because_of(mut self, error: Option<&AppError>) -> Self {
        if let Some(error) = error {
            self.status = error.status();
        }
        self
    }
}

/// What a request for a page, or a form posted to one, leads to.
pub enum Outcome {
    /// This page.
    Page(Page),
    /// Another path of this site.
    SeeOther(String),
}

impl From<Page> for Outcome {
    fn from(page: Page) -> Self {
        Self::Page(page)
    }
}

/// What every page's function returns.
pub type PageResult = Result<Outcome, AppError>;

/// The address of a page that hands `next` on, where there is one.
fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() {
        return path.to_owned();
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", next)
        .finish();
    format!("{path}?{query}")
}
