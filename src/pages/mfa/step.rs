use leptos::prelude::*;

use super::factors::OtherFactors;
use crate::{
    components::{FormState, PostButton},
    model::Factor,
    pages::{Cancel, Page, PageResult},
    server::{auth::mfa, request},
};

/// A page that asks for this factor, and offers the others.
pub async fn page<View: IntoView + 'static>(
    factor: Factor,
    form: FormState,
    next: String,
    content: impl FnOnce() -> View + Send + 'static,
) -> PageResult {
    let factors = mfa::factors().await?;
    let signed_in = request::visitor().is_some();
    let page = Page::form("Confirm it's you", form, move || {
        view! {
            {content()}
            <OtherFactors factors=factors but=factor next=next.clone() />
            <WayOut signed_in=signed_in next=next />
        }
    });
    Ok(page.into())
}

/// Lets people sign out if it isn't their account, or give up what they were asked for.
#[component]
pub fn WayOut(
    /// Whether they're signed in, and confirm it again for a change.
    signed_in: bool,
    /// Where they would have gone afterwards.
    next: String,
) -> impl IntoView {
    if signed_in {
        return view! { <Cancel next=next /> }.into_any();
    }
    view! {
        <div class="card-foot">
            "Not you? "
            <PostButton action="/signout" class="link">
                "Sign out"
            </PostButton>
        </div>
    }
    .into_any()
}
