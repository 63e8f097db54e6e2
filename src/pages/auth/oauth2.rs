//! `/signin/oauth2` and `/signin/oauth2/callback`: to a provider, and back.

use leptos::prelude::*;

use crate::{
    error::AppError,
    model::{Flash, Goto, ProviderPage, provider_name},
    pages::{Page, PageResult},
    server::{
        appwrite::create_admin_client,
        auth::{
            link_secret,
            oauth2::{self, Purpose},
            session,
        },
        http::links::with_next,
        request,
    },
};

/// Takes the browser to a provider's page, and has a link in case it doesn't go there by itself.
pub async fn leave(provider_page: Result<ProviderPage, AppError>) -> PageResult {
    let ProviderPage { provider, address } = provider_page?;
    request::leave_for(&address)?;
    let page = Page::card("One moment", move || {
        let name = provider_name(&provider);
        view! {
            <p>"Taking you to " {name.clone()} "."</p>
            <p>
                <a class="button button-primary" href=address>
                    "Continue to "
                    {name}
                </a>
            </p>
        }
    });
    Ok(page.into())
}

/// Where the provider leads back to. Signs in, or links the provider's account to the one that's
/// signed in.
pub async fn callback() -> PageResult {
    let (provider, purpose) = oauth2::finish(&request::query("state"))?;
    let (user_id, secret) = (request::query("userId"), request::query("secret"));
    // Appwrite's error, a JSON object, if there is one.
    let failure = request::query("error");
    if !failure.is_empty() || secret.is_empty() {
        let flash = oauth2::failure_flash(&failure);
        let path = match purpose {
            Purpose::SignIn { next } => with_next("/signin", &next),
            Purpose::Link => "/account/identities".to_owned(),
        };
        return Ok(Goto::page_about(path, flash, &provider).into());
    }
    link_secret::check(&secret)?;
    let client = create_admin_client().await?;
    let created = client.account().create_session(&user_id, &secret).await?;
    let goto = match purpose {
        Purpose::SignIn { next } => {
            session::start(created).await?;
            Goto::back(&next)
        }
        Purpose::Link => {
            // Appwrite finds the account by the address that the provider has verified. This
            // session only shows whose it is. The visitor keeps their own, which may have its
            // second step.
            if session::discard(&created).await.is_err() {
                tracing::warn!("the session that came of linking could not be ended");
            }
            let flash = match session::account().await {
                Ok(visitor) if visitor.id == created.user_id => Flash::IdentityLinked,
                Ok(_) | Err(AppError::SignedOut) => Flash::IdentityOfAnother,
                Err(error) => return Err(error),
            };
            Goto::page_about("/account/identities", flash, &provider)
        }
    };
    Ok(goto.into())
}
