use leptos::prelude::*;

use super::icon::{Drawing, Icon};
use crate::model::Flash;

/// The message of the redirect that led to this page. It takes the focus, so that screen readers
/// read it, and browsers scroll to it.
///
/// If it says that something is done, it's a line in the card it's about, or else a toast. A link
/// dismisses the toast, because a link works without JavaScript. It leads to the same page, without
/// writing down its address, which can hold a secret. If people need the message to continue, it
/// stands out, and stays on the page.
#[component]
pub fn FlashMessage(
    /// The message.
    flash: Flash,
    /// Appwrite's ID of the provider that it's about, or an email address.
    about: Option<String>,
    /// Whether it's in the card that it's about.
    #[prop(optional)]
    in_card: bool,
) -> impl IntoView {
    let message = flash.message(about.as_deref());
    let text = |class, icon: Option<Icon>| {
        view! {
            <p class=class role="status" tabindex="-1" autofocus>
                {icon.map(|icon| view! { <Drawing icon=icon /> })}
                {message}
            </p>
        }
    };
    if flash.is_error() {
        text("note note-bad", None).into_any()
    } else if flash.stays() {
        text("note", None).into_any()
    } else if in_card {
        text("result", Some(Icon::Tick)).into_any()
    } else {
        view! {
            <div class="toast">
                {text("toast-text", None)}
                <a class="toast-close" href="" aria-label="Dismiss">
                    <Drawing icon=Icon::Cross />
                </a>
            </div>
        }
        .into_any()
    }
}
