//! `/account/sessions`: where somebody is signed in.

use leptos::prelude::*;
use serde::Deserialize;

use super::Section;
use crate::{
    actions::account::{end_other_sessions, end_session, get_account, list_sessions},
    components::{Moment, Press},
    model::{Session, provider_name},
    pages::{Outcome, PageResult, told},
};

/// This device first, then the others, each with a button that ends it.
pub async fn show() -> PageResult {
    let account = get_account().await?;
    let sessions = list_sessions().await?;
    let page = super::page(&account, Section::Sessions, told(), move || {
        let others = sessions.iter().filter(|session| !session.current).count();
        let items = sessions
            .into_iter()
            .map(|session| view! { <Entry session=session /> })
            .collect_view();
        let end_others = (others > 0).then(|| {
            view! {
                <Press action="/account/sessions/end-others">"End all other sessions"</Press>
            }
        });
        view! {
            <section class="card" aria-label="Your sessions">
                <ul class="sessions">{items}</ul>
                <div class="row">
                    {end_others}
                    <Press action="/signout/everywhere">"Sign out everywhere"</Press>
                </div>
            </section>
        }
    });
    Ok(page.into())
}

/// Which session to end.
#[derive(Deserialize)]
pub struct One {
    id: String,
}

/// Ends one session.
pub async fn end(One { id }: One) -> PageResult {
    Ok(Outcome::SeeOther(end_session(id).await?))
}

/// Ends every session but this one.
pub async fn end_others() -> PageResult {
    Ok(Outcome::SeeOther(end_other_sessions().await?))
}

/// How a session was started.
fn method(provider: &str) -> String {
    match provider {
        "email" => "e-mail and password".to_owned(),
        "anonymous" => "as a guest".to_owned(),
        "magic-url" => "a link by e-mail".to_owned(),
        "phone" => "a code by text message".to_owned(),
        "" | "token" | "server" => "a one-time code".to_owned(),
        provider => provider_name(provider),
    }
}

#[component]
fn Entry(session: Session) -> impl IntoView {
    let joined = |parts: [&str; 2], by: &str| {
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(by)
    };
    let device = match joined([&session.client, &session.os], " on ") {
        unknown if unknown.is_empty() => "Unknown device".to_owned(),
        device => device,
    };
    let place = joined([&session.ip, &session.country], " · ");
    let whose = device.clone();
    let action = if session.current {
        view! { <span class="badge badge-good">"this device"</span> }.into_any()
    } else {
        view! {
            <Press
                action="/account/sessions/end"
                with=vec![("id", session.id)]
                class="button button-small"
            >
                "End"
                <span class="hidden">" the session of " {whose}</span>
            </Press>
        }
        .into_any()
    };
    view! {
        <li class="session">
            <div>
                <p class="session-title">{device}</p>
                <p class="muted">
                    "Signed in " <Moment at=session.created /> " with " {method(&session.provider)}
                </p>
                <p class="muted">{place}</p>
            </div>
            {action}
        </li>
    }
}
