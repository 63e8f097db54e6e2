//! A form on a page.

use leptos::prelude::*;

use crate::{
    components::TextField,
    error::AppError,
    islands::FormIsland,
    model::{Form, Typed},
};

/// A form with its fields. The fields are plain HTML; the island around them sends what stands in
/// them and marks what is wrong.
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
    let fields = form
        .asked()
        .iter()
        .map(|field| {
            let error = wrong.iter().find(|error| error.field == *field).copied();
            let value = typed.get(*field).to_owned();
            view! { <TextField input=form.input(*field) value=value error=error /> }
        })
        .collect_view();
    view! {
        <FormIsland form=form error=error>
            {fields}
        </FormIsland>
    }
}
