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
    components::FormError,
    error::AppError,
    model::{FieldError, Form, Typed},
};

/// The class of the error that the server rendered, which goes when there is another.
pub const SERVED_ERROR: &str = "served";

/// A form. What it asks for stands in `model::Form`, what it does in `actions::submit`; its fields
/// and its button are the page's.
#[island]
pub fn FormIsland(
    /// Which one.
    form: Form,
    /// What was wrong when the server rendered it, the fields and the button.
    children: Children,
) -> impl IntoView {
    let error = RwSignal::new(None);
    // What the page's address carries stays there when the form is posted to that very address.
    let action = form.carried().is_empty().then(|| form.path());
    view! {
        <form
            class="form"
            method="post"
            action=action
            novalidate
            on:submit=move |event| submit(event, form, error)
        >
            // There from the start, because screen readers announce changes only to a region that they
            // know.
            <div class="form-error" role="alert">
                {move || {
                    let error = error.get()?;
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
        </form>
    }
}

/// Handles a submit. A second one while one is on its way is dropped.
fn submit(event: SubmitEvent, form: Form, error: RwSignal<Option<AppError>>) {
    let element = event
        .target()
        .and_then(|it| it.dyn_into::<HtmlFormElement>().ok());
    let Some(element) = element else { return };
    let (Ok(values), Some(button)) = (
        FormData::new_with_form(&element),
        find(&element, "[type=submit]"),
    ) else {
        return;
    };
    event.prevent_default();
    if button.has_attribute(BUSY) {
        return;
    }
    turn_busy(&button, true);
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
            // Still busy: the next page is what ends it.
            Ok(path) => super::go(&path),
            Err(refused) => {
                turn_busy(&button, false);
                count_down_from(refused.wait());
                mark(&element, form, refused.fields());
                error.set(Some(refused));
            }
        }
    });
}

/// On the button of a form that is on its way. Rather than `disabled`, which would take the focus
/// away.
const BUSY: &str = "aria-disabled";

/// Begins or ends the wait on a button: what it says, and what it says meanwhile, change places.
fn turn_busy(button: &HtmlElement, busy: bool) {
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

/// The first element in a form that a selector fits.
fn find(element: &HtmlFormElement, selector: &str) -> Option<HtmlElement> {
    let found = element.query_selector(selector).ok().flatten()?;
    found.dyn_into::<HtmlElement>().ok()
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
    if let Some(earlier) = find(element, &joined(".", SERVED_ERROR, "")) {
        earlier.remove();
    }
    let mut first = None;
    for field in form.asked() {
        let name = field.name();
        let error = errors.iter().find(|error| error.field == *field);
        let (Some(input), Some(text)) = (
            find(element, &joined("#", name, "")),
            find(element, &joined("#", name, "-error")),
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
