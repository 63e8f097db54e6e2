use leptos::prelude::*;

use crate::error::AppError;

/// What went wrong with a form, above its fields. Empty, it takes no room.
///
/// The live region is there from the start, because screen readers only announce changes to one
/// that they know.
#[component]
pub fn FormError(
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
                        let offer_sign_in = matches!(
                            error,
                            AppError::EmailTaken | AppError::CreatedNotSignedIn
                        );
                        Some(
                            view! {
                                <p class="note note-bad">
                                    {error.message()}
                                    {offer_sign_in
                                        .then(|| {
                                            view! {
                                                " "
                                                <a href="/signin">"Go to sign-in"</a>
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
