//! `/signin/oauth2`: to a provider, and back.

use leptos::prelude::*;
use serde::Deserialize;

use super::{Outcome, Page, PageResult};
use crate::{
    actions::auth::{begin_oauth2, finish_oauth2},
    model::provider_name,
    server::request,
};

/// What the button posts.
#[derive(Deserialize)]
pub struct Choice {
    provider: String,
    #[serde(default)]
    next: String,
}

/// Leads to the provider.
pub async fn begin(Choice { provider, next }: Choice) -> PageResult {
    let address = begin_oauth2(provider.clone(), next).await?;
    leave(&provider, address)
}

/// A page that leads on to a provider's by itself, and has a link for a browser that does not.
pub fn leave(provider: &str, address: String) -> PageResult {
    request::leave_for(&address)?;
    let name = provider_name(provider);
    let page = Page::card("One moment", move || {
        view! {
                <p>"You go on at " {name.clone()} "."</p>
                <p>
                    <a class="button button-primary" href=address>
                        "Go to "
                        {name}
                    </a>
                </p>
        }
    });
    Ok(page.into())
}

/// `/signin/oauth2/callback`: where the provider leads back to.
pub async fn finish() -> PageResult {
    let given = request::query;
    let path = finish_oauth2(
        given("state"),
        given("userId"),
        given("secret"),
        given("error"),
    );
    Ok(Outcome::SeeOther(path.await?))
}
