use leptos::prelude::*;

use crate::model::Notice;

/// What the redirect that led here says. It takes the focus, so that a screen reader reads it and
/// the page scrolls to it.
#[component]
pub fn Message(
    /// The message, if there is one.
    notice: Option<Notice>,
) -> impl IntoView {
    notice.map(|notice| {
        view! {
            <p class=if notice.is_bad() { "note note-bad" } else { "note" } role="status" tabindex="-1" autofocus>
                {notice.message()}
            </p>
        }
    })
}
