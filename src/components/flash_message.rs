use leptos::prelude::*;

use super::icon::{Drawing, Icon};
use crate::model::Flash;

/// The message of the redirect that led to this page. It takes the focus, so that screen readers
/// read it.
///
/// If it says that something is done, it's a toast. A link dismisses the toast, because a link
/// works without JavaScript. It leads to the same page, without writing down its address, which
/// can hold a secret. If people need the message to continue, it stays on the page.
#[component]
pub fn FlashMessage(
    /// The message.
    flash: Flash,
    /// Appwrite's ID of the provider it's about.
    provider: Option<String>,
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
                <a class="toast-close" href="" aria-label="Dismiss">
                    <Drawing icon=Icon::Cross />
                </a>
            </div>
        }
        .into_any()
    }
}
