//! `/account/identities`: the accounts at providers that sign somebody in.

use leptos::prelude::*;
use serde::Deserialize;

use super::Section;
use crate::{
    actions::account::{get_account, link_identity, list_identities, unlink_identity},
    components::{Moment, Press, ProviderDrawing},
    model::{Account, Identity, provider_name},
    pages::{Outcome, PageResult, oauth2::leave, told},
    server::auth::methods,
};

/// Each with a button that unlinks it, unless it is the last way in, and those that can be added.
pub async fn show() -> PageResult {
    let account = get_account().await?;
    let identities = list_identities().await?;
    let ways = methods::offered()?;
    let linked: Vec<(Identity, bool)> = identities
        .iter()
        .map(|one| (one.clone(), account.can_lose(&one.id, &identities, &ways)))
        .collect();
    let mut others = ways.providers;
    others.retain(|provider| identities.iter().all(|it| it.provider != *provider));
    let page = super::page(&account.clone(), Section::Identities, told(), move || {
        view! {
            <Linked identities=linked />
            <Others account=account providers=others />
        }
    });
    Ok(page.into())
}

/// Each with whether it may go.
#[component]
fn Linked(identities: Vec<(Identity, bool)>) -> impl IntoView {
    if identities.is_empty() {
        return view! {
            <section class="card empty" aria-label="Linked accounts">
                <p>"No account elsewhere signs you in here."</p>
                <p class="muted">
                    "When you sign in with a provider, its account is listed here."
                </p>
            </section>
        }
        .into_any();
    }
    let items = identities
        .into_iter()
        .map(|(identity, can_lose)| view! { <Entry identity=identity can_lose=can_lose /> })
        .collect_view();
    view! {
        <section class="card" aria-label="Linked accounts">
            <ul class="sessions">{items}</ul>
        </section>
    }
    .into_any()
}

/// Appwrite links by the address, so an account without one has nothing to link by.
#[component]
fn Others(account: Account, providers: Vec<String>) -> impl IntoView {
    if providers.is_empty() || account.email.is_empty() {
        return None;
    }
    let buttons = providers
        .into_iter()
        .map(|provider| {
            let name = provider_name(&provider);
            view! {
                <Press
                    action="/account/identities/link"
                    with=vec![("provider", provider.clone())]
                >
                    <ProviderDrawing provider=provider />
                    "Link "
                    {name}
                </Press>
            }
        })
        .collect_view();
    Some(view! {
        <section class="card" aria-labelledby="link-another">
            <h2 id="link-another">"Link another"</h2>
            <p class="muted">
                "It has to have your e-mail address " <strong>{account.email}</strong>
                " there too, verified."
            </p>
            <div class="row">{buttons}</div>
        </section>
    })
}

/// Which provider to link.
#[derive(Deserialize)]
pub struct Provider {
    provider: String,
}

/// Leads to a provider, to link its account.
pub async fn link(Provider { provider }: Provider) -> PageResult {
    let address = link_identity(provider.clone()).await?;
    leave(&provider, address)
}

/// Which identity to unlink.
#[derive(Deserialize)]
pub struct One {
    id: String,
}

/// Unlinks an identity.
pub async fn unlink(One { id }: One) -> PageResult {
    Ok(Outcome::SeeOther(unlink_identity(id).await?))
}

#[component]
fn Entry(identity: Identity, can_lose: bool) -> impl IntoView {
    let provider = provider_name(&identity.provider);
    let name = provider.clone();
    let action = if can_lose {
        view! {
            <Press
                action="/account/identities/unlink"
                with=vec![("id", identity.id)]
                class="button button-small"
            >
                "Unlink"
                <span class="hidden">" " {name}</span>
            </Press>
        }
        .into_any()
    } else {
        view! { <span class="badge">"your only way in"</span> }.into_any()
    };
    view! {
        <li class="session">
            <div>
                <p class="session-title">{provider}</p>
                <p class="muted">{identity.email} " · linked " <Moment at=identity.linked /></p>
            </div>
            {action}
        </li>
    }
}
