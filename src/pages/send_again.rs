use leptos::prelude::*;

use crate::components::PostButton;

/// "Didn't get it? Send again in 0:30": a button that sends another message. It's there at once for
/// those who can't wait, but it doesn't look like it, and pointers don't reach it.
#[component]
pub fn SendAgain(
    /// Where it's posted.
    action: &'static str,
    /// What's posted.
    #[prop(optional)]
    with: Vec<(&'static str, String)>,
) -> impl IntoView {
    view! {
        "Didn't get it? "
        <span class="again">
            <PostButton action=action with=with class="link">
                "Send again"
            </PostButton>
            <span aria-hidden="true">" in " <span class="countdown"></span></span>
        </span>
    }
}
