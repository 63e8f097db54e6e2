//! What each of our forms does once it's hydrated: it's sent only once, shows that it's busy, and
//! says next to each field what's wrong.
//!
//! This code knows nothing about any particular form, so another form only adds its own call to the
//! bundle.

use std::{cell::RefCell, pin::Pin, rc::Rc, str::FromStr};

use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{Element, Event, FormData, HtmlElement, HtmlFormElement, UrlSearchParams},
};

use crate::{
    components::FormError,
    error::AppError,
    model::{FieldError, Goto, Value},
};

/// The class of the error that the server rendered above the form. It goes once there's a new one.
pub const SERVED_ERROR: &str = "served";

/// A form that calls a server function. Without JavaScript, it's posted to the page it's on.
///
/// `call` reads the fields and calls the function, by name and with its typed arguments. If a field
/// it read can't be right, the call isn't sent: the function only returns a future, which does
/// nothing until it's polled.
pub fn enhance<Call, Calling>(children: Children, call: Call) -> impl IntoView
where
    Call: Fn(&Fields) -> Calling + 'static,
    Calling: Future<Output = Result<Goto, AppError>> + 'static,
{
    form(
        None,
        children,
        Rc::new(move |fields| Box::pin(call(fields))),
    )
}

/// Like [`enhance`], for a form that's on a different page than the one it's posted to.
pub fn enhance_at<Call, Calling>(
    action: &'static str,
    children: Children,
    call: Call,
) -> impl IntoView
where
    Call: Fn(&Fields) -> Calling + 'static,
    Calling: Future<Output = Result<Goto, AppError>> + 'static,
{
    form(
        Some(action),
        children,
        Rc::new(move |fields| Box::pin(call(fields))),
    )
}

type ServerCall = Rc<dyn Fn(&Fields) -> Sent>;

/// A call that is on its way.
pub(super) type Sent = Pin<Box<dyn Future<Output = Result<Goto, AppError>>>>;

fn form(action: Option<&'static str>, children: Children, call: ServerCall) -> impl IntoView {
    let error = RwSignal::new(None);
    view! {
        <form
            class="form"
            method="post"
            action=action
            novalidate
            on:submit=move |event| submit(event, Rc::clone(&call), error)
            on:input=move |event| start_anew(&event)
        >
            {error_region(error)}
            {children()}
        </form>
    }
}

/// Where an island says what went wrong. It's there from the start, because screen readers announce
/// changes only in a region that they know.
pub(super) fn error_region(error: RwSignal<Option<AppError>>) -> impl IntoView {
    view! {
        <div class="form-error" role="alert">
            {move || {
                let error = error.get()?;
                Some(
                    view! {
                        <p class="note note-bad">
                            <FormError error=error />
                        </p>
                    },
                )
            }}
        </div>
    }
}

/// What's in a form's fields, and in the query of its page.
pub struct Fields {
    form: FormData,
    query: Option<UrlSearchParams>,
    wrong: RefCell<Vec<FieldError>>,
}

impl Fields {
    /// Reads a form.
    pub(super) fn of(form: &HtmlFormElement) -> Option<Self> {
        let query = window().location().search().unwrap_or_default();
        Some(Self {
            form: FormData::new_with_form(form).ok()?,
            query: UrlSearchParams::new_with_str(&query).ok(),
            wrong: RefCell::default(),
        })
    }

    /// What was typed, unchanged.
    pub fn text(&self, name: &str) -> String {
        JsValue::as_string(&self.form.get(name)).unwrap_or_default()
    }

    /// What was typed, unchanged. If that can't be such a value, the form isn't sent.
    pub fn value<V: Value>(&self, name: &'static str) -> String {
        let typed = self.text(name);
        if let Err(problem) = V::parse(&typed) {
            let field = name.into();
            self.wrong.borrow_mut().push(FieldError { field, problem });
        }
        typed
    }

    /// What was chosen, or the default if it's none of the choices.
    pub fn choice<T: FromStr + Default>(&self, name: &str) -> T {
        self.text(name).parse().unwrap_or_default()
    }

    /// A parameter of the page's query: where to go next, or what came with a link in an email.
    pub fn query(&self, name: &str) -> String {
        let query = self.query.as_ref();
        query.and_then(|query| query.get(name)).unwrap_or_default()
    }
}

/// Handles a submit. While it's being sent, another one does nothing.
fn submit(event: SubmitEvent, call: ServerCall, error: RwSignal<Option<AppError>>) {
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let Some(form) = element else { return };
    let (Some(fields), Some(button)) = (Fields::of(&form), find(&form, "[type=submit]")) else {
        return;
    };
    if button.has_attribute(BUSY) {
        event.prevent_default();
        // It's done, and somebody has stopped the next page from loading.
        if let Some(next) = form.get_attribute(NEXT) {
            go_on(&form, &next);
        }
        return;
    }
    let called = call(&fields);
    set_busy(&button, true);
    // Not before there's something to send: if that panics, the browser sends the form.
    event.prevent_default();
    spawn_local(async move {
        let wrong = fields.wrong.take();
        let answer = if wrong.is_empty() {
            called.await
        } else {
            Err(AppError::Invalid(wrong))
        };
        match answer {
            // Still busy: the next page ends it.
            Ok(goto) => go_on(&form, goto.path()),
            // The site was updated after this page was loaded, and its own post still works. Or what
            // the form is about was changed or deleted, and the answer to its post shows how. Or the page
            // is another account's now.
            Err(
                AppError::NotFound
                | AppError::BadRequest
                | AppError::Conflict
                | AppError::OtherAccount,
            ) => {
                go_on(&form, POSTED);
            }
            Err(refused) => {
                set_busy(&button, false);
                count_down_from(refused.wait());
                show_field_errors(&form, refused.fields());
                // One mistake is said once, next to its field.
                error.set(Some(refused).filter(|refused| refused.fields().len() != 1));
            }
        }
    });
}

/// On the button of a form that's being sent. It isn't `disabled`, because that would take the
/// focus away.
const BUSY: &str = "aria-disabled";

/// Makes a button busy, or ends that: its label and its busy label change places.
fn set_busy(button: &HtmlElement, busy: bool) {
    const OTHER_LABEL: &str = "data-busy";
    let label = button.text_content().unwrap_or_default();
    button.set_text_content(button.get_attribute(OTHER_LABEL).as_deref());
    let _ = button.set_attribute(OTHER_LABEL, &label);
    let _ = if busy {
        button.set_attribute(BUSY, "true")
    } else {
        button.remove_attribute(BUSY)
    };
}

/// On a form whose work is done: where to go next.
const NEXT: &str = "data-next";

/// As [`NEXT`]: to the answer of the form's own post.
const POSTED: &str = "";

/// Makes a form whose work is done a new one, because something else has been typed into it.
fn start_anew(event: &Event) {
    let field = event
        .target()
        .and_then(|field| field.dyn_into::<Element>().ok());
    let Some(Ok(Some(form))) = field.map(|field| field.closest("form")) else {
        return;
    };
    if form.has_attribute(NEXT)
        && let Some(button) = find(&form, "[type=submit]")
    {
        let _ = form.remove_attribute(NEXT);
        set_busy(&button, false);
    }
}

/// Goes on to this page, and again if the button is pressed once more.
fn go_on(form: &HtmlFormElement, next: &str) {
    let _ = form.set_attribute(NEXT, next);
    if next == POSTED {
        let _ = form.submit();
    } else {
        go(next);
    }
}

/// The first element inside another that matches a selector.
pub(super) fn find(element: &Element, selector: &str) -> Option<HtmlElement> {
    let found = element.query_selector(selector).ok().flatten()?;
    found.dyn_into().ok()
}

/// Starts the style sheet's countdown, if there's something to wait for.
fn count_down_from(seconds: Option<u32>) {
    let root = document().document_element();
    let root = root.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let (Some(root), Some(seconds)) = (root, seconds) {
        let _ = root.style().set_property("--wait", &seconds.to_string());
    }
}

/// Says next to each field what's wrong with it, and moves the focus to the first such field.
pub(super) fn show_field_errors(form: &Element, wrong: &[FieldError]) {
    let root = document().document_element();
    if let Some(served) = root.and_then(|root| find(&root, &[".", SERVED_ERROR].concat())) {
        served.remove();
    }
    let Ok(places) = form.query_selector_all(".field-error") else {
        return;
    };
    let mut first = None;
    for index in 0..places.length() {
        let place = places
            .item(index)
            .and_then(|node| node.dyn_into::<Element>().ok());
        let Some(place) = place else { continue };
        let id = place.id();
        let Some(name) = id.strip_suffix("-error") else {
            continue;
        };
        let Some(input) = find(form, &["#", name].concat()) else {
            continue;
        };
        let error = wrong.iter().find(|error| error.field == name);
        let message = error.map(|error| error.problem.message());
        place.set_text_content(message.as_deref());
        if error.is_some() {
            let _ = input.set_attribute("aria-invalid", "true");
            // It takes the hint's place.
            let _ = input.set_attribute("aria-describedby", &id);
            first.get_or_insert(input);
        } else {
            let _ = input.remove_attribute("aria-invalid");
        }
    }
    if let Some(first) = first {
        // A group of choices can't take it, but its first choice can.
        let _ = find(&first, "input").unwrap_or(first).focus();
    }
}

/// Goes to another page, which replaces this one in the history: going back shouldn't lead to a
/// form that has already been sent.
pub fn go(path: &str) {
    let _ = window().location().replace(path);
}
