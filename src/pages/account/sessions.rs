//! `/account/sessions`

use std::cmp::Reverse;

use leptos::prelude::*;

use super::{
    card_result::{Card, CardResult},
    layout::{self, Section},
};
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
    let is_guest = account.is_guest();
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
            let end_all = if is_guest {
                view! { <a class="button" href="/signout">"Sign out"</a> }.into_any()
            } else {
                view! {
                    <PostButton action="/signout/everywhere">"Sign out everywhere"</PostButton>
                }
                .into_any()
            };
            let end_others = (others > 0).then(|| view! { <EndOthers others=others /> });
            view! {
                <section class="card" aria-label="Your sessions">
                    <CardResult card=Card::Sessions />
                    <ul>{items}</ul>
                    {end_others}
                    <div>{end_all}</div>
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

/// Ends all other sessions, once it's confirmed.
#[component]
fn EndOthers(others: usize) -> impl IntoView {
    let what = match others {
        1 => "The other session ends at once.".to_owned(),
        others => format!("The {others} other sessions end at once."),
    };
    view! {
        <details class="confirm">
            <summary class="button">"Sign out all others"</summary>
            <div>
                <p>{what} " This one stays."</p>
                <PostButton action="/account/sessions/end-others" class="button button-danger">
                    "Yes, sign them out"
                </PostButton>
            </div>
        </details>
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
    // Extending is all that Appwrite notes of a session, and only once a day.
    let day = |at: &str| at.get(..10).unwrap_or_default().to_owned();
    let was_extended = day(&session.extended) > day(&session.created);
    let last_active = (!session.current && was_extended).then(|| {
        view! { <p class="muted">"Last active " <Date at=session.extended.clone() /></p> }
    });
    let action = if session.current {
        view! { <span class="badge badge-good">"this device · active now"</span> }.into_any()
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
                    "Signed in " <Date at=session.created with_time=true /> " with "
                    {method(&session.provider)}
                </p>
                {last_active}
                <p class="muted">{place}</p>
            </div>
            {action}
        </li>
    }
}
