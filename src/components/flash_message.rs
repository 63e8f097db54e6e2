use leptos::prelude::*;

use super::icon::{Drawing, Icon};
use crate::model::Flash;

/// What the redirect that led to this page says. It takes the focus, so that a screen reader reads
/// it.
///
/// That something is done is said by a toast, which can be dismissed, by a link, as that works
/// without a script. What somebody needs to go on stands in the page.
#[component]
pub fn FlashMessage(
    /// The message.
    flash: Flash,
    /// Appwrite's ID of the provider that it is about.
    provider: Option<String>,
    /// The page's own path and query, without the message.
    dismiss: String,
) -> impl IntoView {
    let message = flash.message(provider.as_deref());
    let text = |class| {
        view! {
            <p class=class role="status" tabindex="-1" autofocus>
                {message}
            </p>
        }
    };
    if flash.is_error() {
        text("note note-bad").into_any()
    } else if flash.stays() {
        text("note").into_any()
    } else {
        view! {
            <div class="toast">
                {text("toast-text")}
                <a class="toast-close" href=dismiss aria-label="Dismiss">
                    <Drawing icon=Icon::Cross />
                </a>
            </div>
        }
        .into_any()
    }
}
