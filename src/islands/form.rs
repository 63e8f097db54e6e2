//! What every form island does: send once, wait visibly, show what was wrong and go to it.

use std::future::Future;

use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{FormData, HtmlElement, HtmlFormElement},
};

use crate::{
    error::AppError,
    model::{Field, FieldError},
};

/// A form's outcome so far, and whether it is on its way.
#[derive(Clone, Copy)]
pub struct FormState {
    pending: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
}

impl FormState {
    /// Starts with the error that the server rendered, if it rendered one.
    pub fn new(error: Option<AppError>) -> Self {
        Self {
            pending: RwSignal::new(false),
            error: RwSignal::new(error),
        }
    }

    /// Whether the form is on its way.
    pub fn pending(self) -> ReadSignal<bool> {
        self.pending.read_only()
    }

    /// What went wrong with the form as a whole.
    pub fn error(self) -> ReadSignal<Option<AppError>> {
        self.error.read_only()
    }

    /// What is wrong with one field.
    pub fn error_of(self, field: Field) -> Signal<Option<FieldError>> {
        Signal::derive(move || {
            self.error.with(|error| {
                let fields = error.as_ref().map_or(&[][..], AppError::fields);
                fields.iter().find(|error| error.field == field).copied()
            })
        })
    }

    /// Handles a submit: `send` gets what was typed, and answers with the path to go to.
    ///
    /// A second submit while one is on its way is dropped.
    pub fn submit<Sent>(self, event: SubmitEvent, send: impl FnOnce(Values) -> Sent)
    where
        Sent: Future<Output = Result<String, AppError>> + 'static,
    {
        let form = event
            .target()
            .and_then(|it| it.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form else { return };
        let Ok(values) = FormData::new_with_form(&form) else {
            return;
        };
        event.prevent_default();
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        let sent = send(Values(values));
        spawn_local(async move {
            match sent.await {
                // Still pending: the next page is what ends it.
                Ok(path) => super::go(&path),
                Err(error) => {
                    self.pending.set(false);
                    self.error.set(Some(error));
                    // The fields are marked by the time of the next frame.
                    request_animation_frame(move || focus_first_wrong(&form));
                }
            }
        });
    }
}

/// What was typed into a form.
pub struct Values(FormData);

impl Values {
    /// The value of the field with this name; empty when there is none.
    pub fn get(&self, name: &str) -> String {
        JsValue::as_string(&self.0.get(name)).unwrap_or_default()
    }
}

fn focus_first_wrong(form: &HtmlFormElement) {
    let wrong = form.query_selector("[aria-invalid=true]").ok().flatten();
    if let Some(wrong) = wrong.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = wrong.focus();
    }
}
