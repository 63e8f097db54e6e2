//! `/account/activity`: what happened to the account lately.

use leptos::prelude::*;

use super::Section;
use crate::{
    actions::account::{get_account, list_events},
    components::Moment,
    model::Event,
    pages::{PageResult, told},
};

/// The account's log, where Appwrite keeps one.
pub async fn show() -> PageResult {
    let account = get_account().await?;
    let events = list_events().await?;
    let page = super::page(&account, Section::Activity, told(), move || {
        let text = match &events {
            None => "The service behind this site keeps no log of what happens to accounts.",
            Some(events) if events.is_empty() => "Nothing yet.",
            Some(_) => "",
        };
        if !text.is_empty() {
            return view! {
                <section class="card empty" aria-label="Activity">
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
                <ul class="sessions">{items}</ul>
            </section>
        }
        .into_any()
    });
    Ok(page.into())
}

/// What an event is called, and Appwrite's own name for one that we have no word for.
fn title(name: &str) -> String {
    let known = match name {
        "user.create" => "Account created",
        "user.update" => "Account changed",
        // Appwrite notes it when a code or a link is asked for, too.
        "session.create" => "Sign-in",
        "session.update" => "Session extended",
        "session.delete" => "Signed out",
        "recovery.create" => "Link for a new password asked for",
        "recovery.update" => "New password set with a link",
        "verification.create" => "Verification asked for",
        "verification.update" => "Verified",
        "challenge.create" => "Second step asked for",
        "challenges.update" | "challenge.update" => "Second step taken",
        "identity.delete" => "Account elsewhere unlinked",
        _ => name,
    };
    known.to_owned()
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
                    <Moment at=event.time />
                    {(!from.is_empty()).then(|| format!(" · {}", from.join(" · ")))}
                </p>
            </div>
        </li>
    }
}
