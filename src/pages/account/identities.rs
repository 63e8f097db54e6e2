//! `/account/identities`

use leptos::prelude::*;

use super::{
    card_result::{Card, CardResult},
    layout::{self, Section},
};
use crate::{
    components::{Date, FormState, PostButton, ProviderMark},
    error::AppError,
    model::{Account, Identity, provider_name, visible},
    pages::PageResult,
    server::{
        appwrite::create_session_client,
        auth::{
            methods,
            proved::{self, Proved},
            session,
        },
    },
};

/// A linked account.
struct Link {
    identity: Identity,
    /// Whether there's another way to sign in.
    can_unlink: bool,
    /// Whether it doesn't sign its owner in before they have come by it from here: nobody else can say that
    /// an account with another address is theirs.
    can_confirm: bool,
}

/// The linked accounts, each with a button that unlinks it unless it's the last way to sign in, and
/// the providers that can be added.
pub async fn page() -> PageResult {
    let account = session::account().await?;
    let client = create_session_client().await?;
    let identities = client.account().list_identities().await?;
    let methods = methods::offered()?;
    let is_address_proved = proved::is_proved(&account, Proved::Email(&account.email))?;
    let linked = identities.iter().map(|identity| {
        let is_noted = proved::is_proved(&account, Proved::Identity(&identity.id))?;
        Ok(Link {
            can_unlink: account.can_unlink(&identity.id, &identities, &methods),
            can_confirm: is_address_proved && !account.has_address_of(identity) && !is_noted,
            identity: identity.clone(),
        })
    });
    let linked = linked.collect::<Result<Vec<_>, AppError>>()?;
    let mut others = methods.providers;
    others.retain(|provider| identities.iter().all(|it| it.provider != *provider));
    let page = layout::page(
        &account.clone(),
        Section::Identities,
        FormState::default(),
        move || {
            view! {
                <Linked identities=linked />
                <Others account=account providers=others />
            }
        },
    );
    Ok(page.into())
}

/// The linked accounts.
#[component]
fn Linked(identities: Vec<Link>) -> impl IntoView {
    if identities.is_empty() {
        return view! {
            <section class="card" aria-label="Linked accounts">
                <CardResult card=Card::Identities />
                <p>"No linked accounts yet."</p>
                <p class="muted">
                    "Accounts you sign in with are listed here."
                </p>
            </section>
        }
        .into_any();
    }
    let items = identities
        .into_iter()
        .map(|link| view! { <Entry link=link /> })
        .collect_view();
    view! {
        <section class="card" aria-label="Linked accounts">
            <CardResult card=Card::Identities />
            <ul>{items}</ul>
        </section>
    }
    .into_any()
}

/// The providers that can be added. Appwrite links by email address, so there are none for an
/// account without one.
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
                <PostButton
                    action="/account/identities/link"
                    with=vec![("provider", provider.clone())]
                >
                    <ProviderMark provider=provider />
                    "Link "
                    {name}
                </PostButton>
            }
        })
        .collect_view();
    Some(view! {
        <section class="card" aria-labelledby="link-another">
            <h2 id="link-another">"Link another"</h2>
            <p class="muted">
                "The other account must have " <strong>{account.email}</strong>
                " as its verified email."
            </p>
            <div class="row">{buttons}</div>
        </section>
    })
}

#[component]
fn Entry(link: Link) -> impl IntoView {
    let identity = link.identity;
    let provider = provider_name(&identity.provider);
    let name = provider.clone();
    let confirm = link.can_confirm.then(|| {
        let name = name.clone();
        view! {
            <PostButton
                action="/account/identities/link"
                with=vec![("provider", identity.provider.clone())]
                class="button button-small"
            >
                "Use it to sign in"
                <span class="hidden">": " {name}</span>
            </PostButton>
        }
    });
    let action = if link.can_unlink {
        view! {
            <PostButton
                action="/account/identities/unlink"
                with=vec![("id", identity.id)]
                class="button button-small"
            >
                "Unlink"
                <span class="hidden">" " {name}</span>
            </PostButton>
        }
        .into_any()
    } else {
        view! { <span class="badge">"your only way to sign in"</span> }.into_any()
    };
    view! {
        <li class="session">
            <div>
                <p class="session-title">{provider}</p>
                <p class="muted">{visible(&identity.email)} " · linked " <Date at=identity.linked /></p>
            </div>
            {confirm}
            {action}
        </li>
    }
}
