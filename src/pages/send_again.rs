use leptos::{nonce::use_nonce, prelude::*};

use crate::components::PostButton;

/// How many seconds a message has before another one can be asked for.
const SECONDS: u32 = 30;

/// "Didn't get it? Send again in 0:30": a button that sends another message. It's there at once for
/// those who can't wait, but it doesn't look like it, and pointers don't reach it.
#[component]
pub fn SendAgain(
    /// Where it's posted.
    action: &'static str,
    /// What's posted.
    #[prop(optional)]
    with: Vec<(&'static str, String)>,
    /// How many seconds ago the last message was sent, if that's known.
    sent: Option<u32>,
) -> impl IntoView {
    // The page may be an answer to a wrong code, or loaded again, so the style sheet can't know.
    let left = SECONDS.saturating_sub(sent.unwrap_or(SECONDS));
    let wait = (left > 0).then(|| {
        let from = format!(".again{{--wait:{left}}}");
        view! {
            <span aria-hidden="true">" in " <span class="countdown"></span></span>
            <style nonce=use_nonce() inner_html=from></style>
        }
    });
    let class = wait.is_some().then_some("again");
    view! {
        <span>
            "Didn't get it? "
            <span class=class>
                <PostButton action=action with=with class="link">
                    "Send again"
                </PostButton>
                {wait}
            </span>
        </span>
    }
}
