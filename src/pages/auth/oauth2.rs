//! `/signin/oauth2` and `/signin/oauth2/callback`: to a provider, and back.

use leptos::prelude::*;

use crate::{
    error::AppError,
    model::{Flash, Goto, ProviderPage, provider_name},
    pages::{Page, PageResult},
    server::{
        appwrite::{NewSession, create_admin_client},
        auth::{
            first_proof,
            flow::{self, Flow, Purpose},
            link_secret, oauth2,
            proof::{self, Brings},
            session,
        },
        http::links::with_next,
        request,
    },
};

/// Takes the browser to a provider's page, and has a link in case it doesn't go there by itself. If
/// the visitor is at another name of this site, it first takes them to the one where signing in works.
pub async fn leave(provider_page: Result<ProviderPage, AppError>) -> PageResult {
    let ProviderPage { provider, address } = provider_page?;
    request::leave_for(&address)?;
    let home = request::address_of("/")?;
    let is_this_site = address.starts_with(&home);
    let page = Page::card("One moment", move || {
        let provider = provider_name(&provider);
        let (name, then) = if is_this_site {
            (home, Some(format!(" Choose {provider} again there.")))
        } else {
            (provider, None)
        };
        view! {
            <p>"Taking you to " {name.clone()} "." {then}</p>
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
    let state = request::query("state");
    let (provider, purpose) = match flow::find(&state)? {
        Some(Flow::OAuth2 { provider, purpose }) => (provider, purpose),
        other => return Ok(session::lead_on(other).await?.into()),
    };
    let (user_id, secret) = (request::query("userId"), request::query("secret"));
    // Appwrite's error, a JSON object, if there is one.
    let failure = request::query("error");
    let goto = if !failure.is_empty() || secret.is_empty() {
        let flash = oauth2::failure_flash(&failure);
        let path = match purpose {
            Purpose::SignIn { next } => with_next("/signin", &next),
            Purpose::Link => "/account/identities".to_owned(),
        };
        Goto::page_about(path, flash, &provider)
    } else {
        link_secret::check(&secret)?;
        let client = create_admin_client().await?;
        let created = client.account().create_session(&user_id, &secret).await;
        let created = created.map_err(AppError::from).or_else(|error| {
            // A state is for one answer of Appwrite's. An outage isn't one.
            if error != AppError::Unavailable {
                flow::end(&state)?;
            }
            Err(error)
        })?;
        let created = session::began_with(created, &provider).await?;
        oauth2::was_no_guess(&state)?;
        match purpose {
            Purpose::SignIn { next } => {
                let then = Goto::back(&next);
                let goto = first_proof::at_provider(created, &provider, &secret, then).await?;
                goto.unwrap_or_else(|| {
                    let sign_in = with_next("/signin", &next);
                    Goto::page_about(sign_in, Flash::OAuth2Failed, &provider)
                })
            }
            Purpose::Link => link(&created, &provider, &secret).await?,
        }
    };
    flow::finish(&state, &goto)?;
    Ok(goto.into())
}

/// Says whether Appwrite has linked the provider's account to the visitor's.
///
/// Appwrite finds the account by the address that the provider has verified. The session that it has
/// made only shows whose it is. The visitor keeps their own, which may have its second step.
async fn link(created: &NewSession, provider: &str, secret: &str) -> Result<Goto, AppError> {
    session::discard(created).await;
    let flash = match session::account().await {
        Ok(visitor) if visitor.id == created.user_id => {
            if let Some(identity) = first_proof::linked(created, provider, secret).await? {
                if !visitor.has_address_of(&identity)
                    && let Some(goto) = proof::ask(Brings::Nothing, "/account/identities").await?
                {
                    return Ok(goto);
                }
                first_proof::note_linked(&visitor, &identity).await?;
            }
            Flash::IdentityLinked
        }
        Ok(_) | Err(AppError::SignedOut) => Flash::IdentityOfAnother,
        Err(error) => return Err(error),
    };
    Ok(Goto::page_about("/account/identities", flash, provider))
}
