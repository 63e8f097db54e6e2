use leptos::prelude::*;

use super::{Drawing, Icon};
use crate::model::Told;

/// What the redirect that led here says. It takes the focus, so that a screen reader reads it.
///
/// That something is done is said by a toast, which can be put away, with a link as it works without
/// a script; what somebody needs to go on stands in the page.
#[component]
pub fn Message(
    /// The message, if there is one.
    told: Option<Told>,
) -> impl IntoView {
    let Told { notice, without } = told?;
    let text = |class| {
        view! {
            <p class=class role="status" tabindex="-1" autofocus>
                {notice.message()}
            </p>
        }
    };
    Some(if notice.is_bad() {
        text("note note-bad").into_any()
    } else if notice.stays() {
        text("note").into_any()
    } else {
        view! {
            <div class="toast">
                {text("toast-text")}
                <a class="toast-close" href=without aria-label="Dismiss">
                    <Drawing icon=Icon::Cross />
                </a>
            </div>
        }
        .into_any()
    })
}
