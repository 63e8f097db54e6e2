//! `/account/sessions`

use std::cmp::Reverse;

use leptos::prelude::*;

use super::layout::{self, Section};
use crate::{
    components::{Date, FormState, PostButton},
    model::{Session, provider_name},
    pages::PageResult,
    server::{appwrite::create_session_client, auth::session},
};

/// This device's session first, then the newest. All but the first have a button that ends them.
pub async fn page() -> PageResult {
    let account = session::account().await?;
    let client = create_session_client().await?;
    let mut sessions = client.account().list_sessions().await?;
    sessions.sort_by_key(|session| (!session.current, Reverse(session.created.clone())));
    let page = layout::page(
        &account,
        Section::Sessions,
        FormState::default(),
        move || {
            let others = sessions.iter().filter(|session| !session.current).count();
            let items = sessions
                .into_iter()
                .map(|session| view! { <Entry session=session /> })
                .collect_view();
            let end_others = (others > 0).then(|| {
            view! {
                <PostButton action="/account/sessions/end-others">"End all other sessions"</PostButton>
            }
        });
            view! {
                <section class="card" aria-label="Your sessions">
                    <ul class="sessions">{items}</ul>
                    <div class="row">
                        {end_others}
                        <PostButton action="/signout/everywhere">"Sign out everywhere"</PostButton>
                    </div>
                </section>
            }
        },
    );
    Ok(page.into())
}

/// How a session was started.
fn method(provider: &str) -> String {
    match provider {
        "email" => "email and password".to_owned(),
        "anonymous" => "a guest account".to_owned(),
        "magic-url" => "a link by email".to_owned(),
        "phone" => "a code by text message".to_owned(),
        // Appwrite doesn't say which provider it was.
        "oauth2" => "a linked account".to_owned(),
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
            <PostButton
                action="/account/sessions/end"
                with=vec![("id", session.id)]
                class="button button-small"
            >
                "End"
                <span class="hidden">" the session of " {whose}</span>
            </PostButton>
        }
        .into_any()
    };
    view! {
        <li class="session">
            <div>
                <p class="session-title">{device}</p>
                <p class="muted">
                    "Signed in " <Date at=session.created /> " with " {method(&session.provider)}
                </p>
                <p class="muted">{place}</p>
            </div>
            {action}
        </li>
    }
}
