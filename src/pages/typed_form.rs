//! A form on a page.

use leptos::prelude::*;

use crate::{
    components::{FormError, TextField},
    error::AppError,
    islands::{FormIsland, SERVED_ERROR},
    model::{Form, Typed},
};

/// A form with its fields and its button. They are plain HTML; the island around them sends what
/// stands in the fields and marks what is wrong.
#[component]
pub fn TypedForm(
    /// Which one.
    form: Form,
    /// What stands in its fields.
    #[prop(optional)]
    typed: Typed,
    /// What was wrong with it.
    #[prop(optional_no_strip)]
    error: Option<AppError>,
) -> impl IntoView {
    let wrong = error.as_ref().map_or(&[][..], AppError::fields);
    let first_wrong = wrong.first().map(|error| error.field);
    let fields = form
        .asked()
        .iter()
        .map(|field| {
            let error = wrong.iter().find(|error| error.field == *field).copied();
            let value = typed.get(*field).to_owned();
            view! {
                <TextField
                    input=form.input(*field)
                    value=value
                    error=error
                    autofocus=first_wrong == Some(*field)
                />
            }
        })
        .collect_view();
    // The focus goes where a person has to act: to the field that is wrong, or to what it says.
    let takes_focus = first_wrong.is_none();
    let served = error.map(|error| {
        view! {
            <p
                class=format!("note note-bad {SERVED_ERROR}")
                role="alert"
                tabindex="-1"
                autofocus=takes_focus
            >
                <FormError form=form error=error />
            </p>
        }
    });
    view! {
        <FormIsland form=form>
            {served}
            {fields}
            <button
                class=if form.is_dangerous() { "button button-danger" } else { "button button-primary" }
                type="submit"
                data-busy=form.busy()
            >
                {form.submit()}
            </button>
        </FormIsland>
    }
}
