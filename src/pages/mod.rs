//! The pages, by where they stand. They are rendered on the server only.
//!
//! A page loads its data first and renders then, so that what goes wrong decides the response
//! before any of it is written, and a rendered page holds no data but what it shows.

pub mod account;
pub mod error;
pub mod home;
pub mod links;
pub mod mfa;
pub mod oauth2;
pub mod recover;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;
mod typed_form;

pub use typed_form::TypedForm;

use leptos::prelude::*;

use crate::{
    error::AppError,
    model::{Form, Notice, Told, Typed},
    server::request,
};

/// A page that has all its data.
pub struct Page {
    /// For the browser's tab and history, without the site's name.
    pub title: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What is wrong, where something is.
    pub error: Option<AppError>,
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
            error: None,
            view: Box::new(move || view().into_any()),
        }
    }

    /// A page that is one card, with the page's title on it.
    pub fn card<View: IntoView + 'static>(
        title: &'static str,
        content: impl FnOnce() -> View + Send + 'static,
    ) -> Self {
        Self::new(title, move || {
            view! {
                <section class="card narrow">
                    <h1>{title}</h1>
                    {content()}
                </section>
            }
        })
    }

    /// The same page, with the status of what went wrong on it.
    pub fn because_of(mut self, error: Option<&AppError>) -> Self {
        if let Some(error) = error {
            self.status = error.status();
            self.error = Some(error.clone());
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

/// A form as its page shows it: as it comes, or again with what was wrong.
#[derive(Default)]
pub struct Shown {
    /// What stands in its fields.
    pub typed: Typed,
    /// What was wrong with it.
    pub error: Option<AppError>,
}

impl Shown {
    /// As it comes. What a form carries unseen is in the page's query.
    pub fn first(form: Form) -> Self {
        let carried = form.carried().iter();
        Self {
            typed: carried.fold(Typed::default(), |typed, field| {
                typed.with(*field, request::query(field.name()))
            }),
            error: None,
        }
    }
}

/// The message that the redirect to this page brought.
fn told() -> Option<Told> {
    const NAME: &str = "notice";
    Some(Told {
        notice: Notice::from_name(&request::query(NAME))?,
        without: request::path_without(NAME),
    })
}
