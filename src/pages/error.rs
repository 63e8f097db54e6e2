//! The page shown in place of one that cannot be.

use leptos::prelude::*;

use super::Page;
use crate::{
    components::{Press, Wait},
    error::AppError,
};

/// Says what happened, what can be done about it, and under which id the log has more.
///
/// `again` is where trying again leads; empty for this very address. `signed_in` says whether there is
/// a session that an outage could have put in doubt.
pub fn page(
    error: AppError,
    request_id: Option<String>,
    again: &'static str,
    signed_in: bool,
) -> Page {
    let status = error.status();
    let cause = error.clone();
    let title = title(&error);
    let page = Page::new(title, move || {
        let ways_on = match error {
            AppError::ResetRequired => view! {
                <a class="button button-primary" href="/recover">"Set a new password"</a>
                <Press action="/signout">"Sign out"</Press>
            }
            .into_any(),
            AppError::Blocked => view! {
                <Press action="/signout" class="button button-primary">
                    "Sign out"
                </Press>
            }
            .into_any(),
            AppError::MoreFactorsRequired | AppError::ChallengeRequired => {
                view! { <a class="button button-primary" href="/mfa">"Go on"</a> }.into_any()
            }
            AppError::SignedOut | AppError::LinkDead | AppError::NothingPending => {
                view! { <a class="button button-primary" href="/signin">"Sign in"</a> }.into_any()
            }
            AppError::Unavailable | AppError::RateLimited(_) => {
                view! { <a class="button button-primary" href=again>"Try again"</a> }.into_any()
            }
            _ => {
                view! { <a class="button button-primary" href="/">"Go to the start"</a> }.into_any()
            }
        };
        view! {
            <section class="hero">
                <p class="eyebrow">{format!("Error {status}")}</p>
                <h1>{title}</h1>
                <p class="lead">
                    {error.message()} " " {advice(&error, signed_in)}
                    {error.wait().map(|seconds| view! { <Wait seconds=seconds /> })}
                </p>
                <div class="row">{ways_on}</div>
                {request_id
                    .map(|id| {
                        view! {
                            <p class="muted">
                                "If you report this, add the request’s id: " <code>{id}</code>
                            </p>
                        }
                    })}
            </section>
        }
    });
    page.because_of(Some(&cause))
}

fn title(error: &AppError) -> &'static str {
    match error {
        AppError::SignedOut => "Signed out",
        AppError::MoreFactorsRequired | AppError::ChallengeRequired => "One more step",
        AppError::ResetRequired => "A new password first",
        AppError::Blocked => "Account blocked",
        AppError::RateLimited(_) => "Too many attempts",
        AppError::Unavailable | AppError::CreatedNotSignedIn => "Not reachable right now",
        AppError::Forbidden => "Refused",
        AppError::NotFound => "Page not found",
        AppError::MethodNotAllowed => "Not possible here",
        AppError::TooLarge => "Too large",
        AppError::BadRequest => "Not understood",
        AppError::LinkDead => "This link does not work any more",
        AppError::NothingPending => "Start again",
        AppError::SwitchedOff => "Not offered",
        AppError::InvalidCredentials
        | AppError::EmailTaken
        | AppError::LastWayIn
        | AppError::Invalid(_)
        | AppError::Internal => "Something went wrong",
    }
}

fn advice(error: &AppError, signed_in: bool) -> &'static str {
    match error {
        AppError::Blocked => "Ask the people who run this site, or sign out to use another one.",
        AppError::Unavailable if signed_in => "You stay signed in.",
        _ => "",
    }
}
