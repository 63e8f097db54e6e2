//! What a page is to the rest of the server.

use leptos::prelude::*;

use crate::{
    components::{FlashMessage, FormError, FormState},
    error::AppError,
    islands::SERVED_ERROR,
    model::{Flash, Goto},
    server::auth::flash::{self, Message},
};

/// A page that has all its data.
pub struct Page {
    /// For the browser's tab and history, without the site's name.
    pub title: &'static str,
    /// One sentence for search engines, and for whoever is sent a link to the page. Pages that only
    /// some people may see have none.
    pub description: Option<&'static str>,
    /// What went wrong, if anything. It gives the response its status.
    pub error: Option<AppError>,
    /// Renders what's between the header and the footer. As HTML, because a view that could be anything would have
    /// to be compiled for all that Leptos can do with one, which takes as long as all the rest of the app.
    pub html: Box<dyn FnOnce() -> String + Send>,
}

impl Page {
    /// A page over the whole width.
    pub fn new<View: IntoView + 'static>(
        title: &'static str,
        view: impl FnOnce() -> View + Send + 'static,
    ) -> Self {
        Self {
            title,
            description: None,
            error: None,
            html: Box::new(move || view().to_html()),
        }
    }

    /// A page that is one card, with the page's title on it, and the message of the redirect that
    /// led here.
    pub fn card<View: IntoView + 'static>(
        title: &'static str,
        content: impl FnOnce() -> View + Send + 'static,
    ) -> Self {
        Self::form(title, FormState::default(), content)
    }

    /// A card with a form on it, and what was wrong with the form. The form's fields find what they
    /// need in `form`.
    pub fn form<View: IntoView + 'static>(
        title: &'static str,
        form: FormState,
        content: impl FnOnce() -> View + Send + 'static,
    ) -> Self {
        let error = form.error().cloned();
        let messages = Messages::of(&form);
        let page = Self::new(title, move || {
            provide_context(form);
            view! {
                <section class="card narrow">
                    <h1>{title}</h1>
                    {messages.show()}
                    {content()}
                </section>
            }
        });
        page.with_error(error)
    }

    /// The same page, with a sentence about it for those who haven't opened it.
    #[must_use]
    pub fn with_description(self, description: &'static str) -> Self {
        Self {
            description: Some(description),
            ..self
        }
    }

    /// The same page, with the status of what went wrong on it.
    #[must_use]
    pub fn with_error(self, error: Option<AppError>) -> Self {
        Self { error, ..self }
    }
}

/// What's at the top of a page, below its title: what was wrong with its form, or else the message
/// of the redirect that led here.
pub struct Messages {
    error: Option<AppError>,
    takes_focus: bool,
    message: Option<Message>,
}

impl Messages {
    /// The messages for the request that's being answered.
    pub fn of(form: &FormState) -> Self {
        let error = form.error().cloned();
        // The focus goes where people have to act: to the first wrong field, or else here.
        let takes_focus = error
            .as_ref()
            .is_some_and(|error| error.fields().is_empty());
        let message = flash::take().ok().flatten();
        Self {
            message: message.filter(|_| error.is_none()),
            // One mistake is said once, next to its field.
            error: error.filter(|error| error.fields().len() != 1),
            takes_focus,
        }
    }

    /// Takes out the message if a part of the page shows it itself.
    pub fn take_message(&mut self, is_shown_there: impl Fn(Flash) -> bool) -> Option<Message> {
        self.message.take_if(|(flash, _)| is_shown_there(*flash))
    }

    /// Shows them.
    pub fn show(self) -> impl IntoView {
        let error = self.error.map(|error| {
            view! {
                <p
                    class=format!("note note-bad {SERVED_ERROR}")
                    role="alert"
                    tabindex="-1"
                    autofocus=self.takes_focus
                >
                    <FormError error=error />
                </p>
            }
        });
        let message = self
            .message
            .map(|(flash, about)| view! { <FlashMessage flash=flash about=about /> });
        view! {
            {error}
            {message}
        }
    }
}

/// What a request for a page leads to, or a form posted to one.
pub enum Outcome {
    /// This page.
    Page(Page),
    /// Another page of this site.
    Goto(Goto),
}

impl From<Page> for Outcome {
    fn from(page: Page) -> Self {
        Self::Page(page)
    }
}

impl From<Goto> for Outcome {
    fn from(goto: Goto) -> Self {
        Self::Goto(goto)
    }
}

/// What every page's function returns.
pub type PageResult = Result<Outcome, AppError>;
