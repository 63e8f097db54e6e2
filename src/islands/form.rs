//! Every form that people type into: sent once, with a visible wait, and what was wrong shown in
//! place.

use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::{JsCast, JsValue},
    web_sys::{FormData, HtmlElement, HtmlFormElement, UrlSearchParams},
};

use crate::{
    actions,
    components::{FormError, SubmitButton, TextField},
    error::AppError,
    model::{Field, FieldError, Form, Typed},
};

/// A form. What it asks for stands in `model::Form`, what it does in `actions::submit`.
#[island]
pub fn FormIsland(
    /// Which one.
    form: Form,
    /// What to fill in: what was typed before, when the form is shown again.
    typed: Typed,
    /// What was wrong with it.
    error: Option<AppError>,
) -> impl IntoView {
    let state = FormState::new(error);
    // What the page's address carries stays there when the form is posted to that very address.
    let action = form.carried().is_empty().then(|| form.path());
    let fields = form
        .inputs()
        .iter()
        .map(|input| {
            let value = typed.get(input.field).to_owned();
            view! { <TextField input=input value=value error=state.error_of(input.field) /> }
        })
        .collect_view();
    view! {
        <form
            class="form"
            method="post"
            action=action
            novalidate
            on:submit=move |event| state.submit(event, form)
        >
            <FormError form=form error=state.error />
            {fields}
            <SubmitButton
                label=form.submit()
                busy=form.busy()
                danger=form.is_dangerous()
                pending=state.pending
            />
        </form>
    }
}

/// A form's outcome so far, and whether it is on its way.
#[derive(Clone, Copy)]
struct FormState {
    pending: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
}

impl FormState {
    /// Starts with the error that the server rendered, if it rendered one.
    fn new(error: Option<AppError>) -> Self {
        Self {
            pending: RwSignal::new(false),
            error: RwSignal::new(error),
        }
    }

    /// What is wrong with one field.
    fn error_of(self, field: Field) -> Signal<Option<FieldError>> {
        Signal::derive(move || {
            self.error.with(|error| {
                let fields = error.as_ref().map_or(&[][..], AppError::fields);
                fields.iter().find(|error| error.field == field).copied()
            })
        })
    }

    /// Handles a submit. A second one while one is on its way is dropped.
    fn submit(self, event: SubmitEvent, form: Form) {
        let element = event
            .target()
            .and_then(|it| it.dyn_into::<HtmlFormElement>().ok());
        let Some(element) = element else { return };
        let Ok(values) = FormData::new_with_form(&element) else {
            return;
        };
        event.prevent_default();
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        let query = window().location().search().unwrap_or_default();
        let carried = UrlSearchParams::new_with_str(&query).ok();
        let typed = form.fields().fold(Typed::default(), |typed, field| {
            let typed_in = JsValue::as_string(&values.get(field.name()));
            let value = typed_in.or_else(|| carried.as_ref()?.get(field.name()));
            typed.with(field, value.unwrap_or_default())
        });
        spawn_local(async move {
            let errors = form.errors(&typed);
            let sent = if errors.is_empty() {
                actions::submit(form, typed).await
            } else {
                Err(AppError::Invalid(errors))
            };
            match sent {
                // Still pending: the next page is what ends it.
                Ok(path) => super::go(&path),
                Err(error) => {
                    self.pending.set(false);
                    count_down_from(error.wait());
                    self.error.set(Some(error));
                    // The fields are marked by the time of the next frame.
                    request_animation_frame(move || focus_first_wrong(&element));
                }
            }
        });
    }
}

/// Where the style sheet's countdown starts.
fn count_down_from(seconds: Option<u32>) {
    let root = document().document_element();
    let root = root.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let (Some(root), Some(seconds)) = (root, seconds) {
        let _ = root.style().set_property("--wait", &seconds.to_string());
    }
}

fn focus_first_wrong(form: &HtmlFormElement) {
    let wrong = form.query_selector("[aria-invalid=true]").ok().flatten();
    if let Some(wrong) = wrong.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = wrong.focus();
    }
}
