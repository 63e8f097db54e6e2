use leptos::prelude::*;

use super::Wait;
use crate::{error::AppError, model::Form};

/// What went wrong with a form, above its fields. Empty, it takes no room.
///
/// The live region is there from the start, because screen readers only announce changes to one
/// that they know.
#[component]
pub fn FormError(
    /// The form.
    form: Form,
    /// What went wrong, if anything did.
    #[prop(into)]
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    view! {
        <div class="form-error" role="alert">
            {move || {
                error
                    .with(|error| {
                        let error = error.as_ref()?;
                        let way_on = form.way_on(error);
                        Some(
                            view! {
                                <p class="note note-bad">
                                    {error.message()}
                                    {error.wait().map(|seconds| view! { <Wait seconds=seconds /> })}
                                    {way_on
                                        .map(|(path, label)| {
                                            view! {
                                                " "
                                                <a href=path>{label}</a>
                                            }
                                        })}
                                </p>
                            },
                        )
                    })
            }}
        </div>
    }
}
