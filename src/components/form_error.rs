use leptos::prelude::*;

use super::countdown::Countdown;
use crate::error::AppError;

/// What went wrong with a form, how long to wait, and where to go when trying again won't help.
#[component]
pub fn FormError(
    /// What went wrong.
    error: AppError,
) -> impl IntoView {
    // Signing in in another tab leaves here what was typed.
    let target = (error == AppError::SignedOut).then_some("_blank");
    let next_step = error.next_step().map(|(path, label)| {
        view! {
            " "
            <a href=path target=target>
                {target.map_or(label, |_| "Sign in in a new tab")}
            </a>
        }
    });
    view! {
        {error.message()}
        {error.wait().map(|seconds| view! { <Countdown seconds=seconds /> })}
        {next_step}
    }
}
