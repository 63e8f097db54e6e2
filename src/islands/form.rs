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
    components::{FormError, SubmitButton},
    error::AppError,
    model::{FieldError, Form, Typed},
};

/// The class of the error that the server rendered, which goes when there is another.
pub const SERVED_ERROR: &str = "served";

/// A form. What it asks for stands in `model::Form`, what it does in `actions::submit`; its fields
/// are the page's.
#[island]
pub fn FormIsland(
    /// Which one.
    form: Form,
    /// What was wrong when the server rendered it, and the fields.
    children: Children,
) -> impl IntoView {
    let state = FormState {
        pending: RwSignal::new(false),
        error: RwSignal::new(None),
    };
    // What the page's address carries stays there when the form is posted to that very address.
    let action = form.carried().is_empty().then(|| form.path());
    view! {
        <form
            class="form"
            method="post"
            action=action
            novalidate
            on:submit=move |event| state.submit(event, form)
        >
            // There from the start, because screen readers announce changes only to a region that they
            // know.
            <div class="form-error" role="alert">
                {move || {
                    let error = state.error.get()?;
                    Some(
                        view! {
                            <p class="note note-bad">
                                <FormError form=form error=error />
                            </p>
                        },
                    )
                }}
            </div>
            {children()}
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
                    mark(&element, form, error.fields());
                    self.error.set(Some(error));
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

/// A selector. Plain additions take less room in the bundle than formatting or joining a slice.
fn joined(mark: &str, name: &str, suffix: &str) -> String {
    let mut selector = String::from(mark);
    selector += name;
    selector += suffix;
    selector
}

/// Says beside each field what is wrong with it, and takes the focus to the first that is.
fn mark(element: &HtmlFormElement, form: Form, errors: &[FieldError]) {
    let find = |selector: &str| {
        let found = element.query_selector(selector).ok().flatten()?;
        found.dyn_into::<HtmlElement>().ok()
    };
    if let Some(earlier) = find(&joined(".", SERVED_ERROR, "")) {
        earlier.remove();
    }
    let mut first = None;
    for field in form.asked() {
        let name = field.name();
        let error = errors.iter().find(|error| error.field == *field);
        let (Some(input), Some(text)) = (
            find(&joined("#", name, "")),
            find(&joined("#", name, "-error")),
        ) else {
            continue;
        };
        text.set_text_content(error.map(|error| error.message()));
        if error.is_some() {
            let _ = input.set_attribute("aria-invalid", "true");
            first.get_or_insert(input);
        } else {
            let _ = input.remove_attribute("aria-invalid");
        }
    }
    if let Some(first) = first {
        let _ = first.focus();
    }
}
