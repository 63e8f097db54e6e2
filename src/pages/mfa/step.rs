use leptos::prelude::*;

use super::factors::OtherFactors;
use crate::{
    components::{FormState, PostButton},
    model::Factor,
    pages::{Page, PageResult},
    server::appwrite::create_session_client,
};

/// A page that asks for this factor, and offers the others.
pub async fn page<View: IntoView + 'static>(
    factor: Factor,
    form: FormState,
    next: String,
    content: impl FnOnce() -> View + Send + 'static,
) -> PageResult {
    let client = create_session_client().await?;
    let factors = client.account().list_mfa_factors().await?;
    let page = Page::form("Confirm it's you", form, move || {
        view! {
            {content()}
            <OtherFactors factors=factors but=factor next=next />
            <NotYou />
        }
    });
    Ok(page.into())
}

/// Lets people sign out if it isn't their account.
#[component]
pub fn NotYou() -> impl IntoView {
    view! {
        <div class="card-foot">
            "Not you? "
            <PostButton action="/signout" class="link">
                "Sign out"
            </PostButton>
        </div>
    }
}
