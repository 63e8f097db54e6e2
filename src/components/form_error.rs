use leptos::prelude::*;

use super::Wait;
use crate::{error::AppError, model::Form};

/// What went wrong with a form, and where to go on where the form cannot help any more.
#[component]
pub fn FormError(
    /// The form.
    form: Form,
    /// What went wrong.
    error: AppError,
) -> impl IntoView {
    let way_on = form.way_on(&error).map(|(path, label)| {
        view! {
            " "
            <a href=path>{label}</a>
        }
    });
    view! {
        {error.message()}
        {error.wait().map(|seconds| view! { <Wait seconds=seconds /> })}
        {way_on}
    }
}
