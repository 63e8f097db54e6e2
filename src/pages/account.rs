//! `/account`

use leptos::prelude::*;

use super::{Page, PageResult};
use crate::{
    actions::account::{get_account, list_sessions},
    components::{Initials, Moment},
    model::{Account, Session},
};

/// Who is signed in, and where.
pub async fn show() -> PageResult {
    let account = get_account().await?;
    let sessions = list_sessions().await?;
    Ok(Page::new("Your account", move || {
        let heading = if account.name.is_empty() {
            "Your account".to_owned()
        } else {
            account.name.clone()
        };
        view! {
            <header class="page-head">
                <Initials of=display_name(&account) />
                <div>
                    <h1>{heading}</h1>
                    <p class="muted">{account.email.clone()}</p>
                </div>
            </header>
            <Profile account=account method=method(&sessions) />
            <Sessions sessions=sessions />
        }
    })
    .into())
}

fn display_name(account: &Account) -> String {
    if account.name.is_empty() {
        account.email.clone()
    } else {
        account.name.clone()
    }
}

/// How the visitor signed in here.
fn method(sessions: &[Session]) -> String {
    sessions
        .iter()
        .find(|session| session.current)
        .map(|session| match session.provider.as_str() {
            "" => "Unknown".to_owned(),
            "email" => "E-mail and password".to_owned(),
            "anonymous" => "Guest".to_owned(),
            "magic-url" => "Magic link".to_owned(),
            "phone" => "Phone code".to_owned(),
            "token" | "server" => "One-time token".to_owned(),
            provider => provider.to_owned(),
        })
        .unwrap_or_else(|| "Unknown".to_owned())
}

#[component]
fn Profile(account: Account, method: String) -> impl IntoView {
    let verified = if account.email_verified {
        view! { <span class="badge badge-good">"verified"</span> }
    } else {
        view! { <span class="badge">"not verified"</span> }
    };
    let name = if account.name.is_empty() {
        view! { <span class="muted">"Not given"</span> }.into_any()
    } else {
        account.name.into_any()
    };
    view! {
        <section class="card" aria-labelledby="profile">
            <h2 id="profile">"Profile"</h2>
            <dl class="pairs">
                <dt>"Name"</dt>
                <dd>{name}</dd>
                <dt>"E-mail"</dt>
                <dd>{account.email} " " {verified}</dd>
                <dt>"Signed in with"</dt>
                <dd>{method}</dd>
                <dt>"Member since"</dt>
                <dd>
                    <Moment at=account.registered />
                </dd>
                <dt>"Account ID"</dt>
                <dd>
                    <code>{account.id}</code>
                </dd>
            </dl>
        </section>
    }
}

#[component]
fn Sessions(sessions: Vec<Session>) -> impl IntoView {
    let items = sessions
        .into_iter()
        .map(|session| {
            let known = [session.client.as_str(), session.os.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" on ");
            let title = if known.is_empty() {
                "Unknown device".to_owned()
            } else {
                known
            };
            let place = [session.ip.as_str(), session.country.as_str()]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" · ");
            view! {
                <li class="session">
                    <p class="session-title">
                        {title} " "
                        {session
                            .current
                            .then(|| view! { <span class="badge badge-good">"this device"</span> })}
                    </p>
                    <p class="muted">
                        "Signed in " <Moment at=session.created />
                        {(!place.is_empty()).then(|| format!(" · {place}"))}
                    </p>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="sessions">
            <h2 id="sessions">"Where you are signed in"</h2>
            <ul class="sessions">{items}</ul>
        </section>
    }
}
