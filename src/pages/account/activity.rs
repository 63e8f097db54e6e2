//! `/account/activity`: recent activity of the account.

use leptos::prelude::*;

use super::layout::{self, Section};
use crate::{
    components::{Date, FormState},
    model::Event,
    pages::PageResult,
    server::{appwrite::create_session_client, auth::session},
};

/// The account's log, if Appwrite keeps one.
pub async fn page() -> PageResult {
    let account = session::account().await?;
    let client = create_session_client().await?;
    let events = match client.account().list_logs().await {
        Err(error) if error.is_not_found() && !error.is_dead_session() => None,
        events => Some(events?),
    };
    let page = layout::page(
        &account,
        Section::Activity,
        FormState::default(),
        move || {
            let text = match &events {
                None => "This site keeps no log of account activity.",
                Some(events) if events.is_empty() => "No activity yet.",
                Some(_) => "",
            };
            if !text.is_empty() {
                return view! {
                    <section class="card" aria-label="Activity">
                        <p class="muted">{text}</p>
                    </section>
                }
                .into_any();
            }
            let items = events
                .unwrap_or_default()
                .into_iter()
                .map(|event| view! { <Entry event=event /> })
                .collect_view();
            view! {
                <section class="card" aria-label="Activity">
                    <ul>{items}</ul>
                </section>
            }
            .into_any()
        },
    );
    Ok(page.into())
}

/// What people read for an event, or Appwrite's own name if we have no words for it.
fn title(name: &str) -> String {
    let known = match name {
        "user.create" => "Account created",
        "user.update" => "Account changed",
        // Appwrite also logs this when anybody asks for a code or a link.
        "session.create" => "Signed in, or asked for a code or link",
        "session.update" => "Session extended",
        "session.delete" => "Signed out",
        "recovery.create" => "Password reset requested",
        "recovery.update" => "Password reset",
        "verification.create" => "Verification requested",
        "verification.update" => "Verified",
        "challenge.create" => "Two-step verification requested",
        "challenges.update" | "challenge.update" => "Two-step verification passed",
        "identity.delete" => "Linked account removed",
        _ => return readable(name),
    };
    known.to_owned()
}

/// `target.create` as `Target create`: not a sentence, but no code either.
fn readable(name: &str) -> String {
    let words = name.replace(['.', '_'], " ");
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[component]
fn Entry(event: Event) -> impl IntoView {
    let parts = [event.client, event.os, event.ip, event.country];
    let from: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    view! {
        <li class="session">
            <div>
                <p class="session-title">{title(&event.name)}</p>
                <p class="muted">
                    <Date at=event.time with_time=true />
                </p>
                <p class="muted">{from.join(" · ")}</p>
            </div>
        </li>
    }
}
