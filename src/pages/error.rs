//! The page that's shown instead of one that can't be.

use leptos::prelude::*;

use super::Page;
use crate::{
    components::{Countdown, PostButton},
    error::AppError,
};

/// Says what happened, what to do about it, and under which ID the log has more.
///
/// `again` is where "Try again" leads; empty for the same address. `signed_in` says whether there's
/// a session, so that people learn that an outage doesn't end it. `site` is the address where the
/// site works, for people who are at another one.
pub fn page(
    error: AppError,
    request_id: Option<String>,
    again: &'static str,
    signed_in: bool,
    site: String,
) -> Page {
    let status = error.status();
    let cause = error.clone();
    let title = title(&error);
    let open_site = format!("Open {site}");
    let page = Page::new(title, move || {
        let actions = match error {
            AppError::ResetRequired => view! {
                <a class="button button-primary" href="/recover">"Set a new password"</a>
                {signed_in.then(|| view! { <PostButton action="/signout">"Sign out"</PostButton> })}
            }
            .into_any(),
            AppError::Blocked => view! {
                <PostButton action="/signout" class="button button-primary">
                    "Sign out"
                </PostButton>
            }
            .into_any(),
            AppError::Forbidden => view! {
                <a class="button button-primary" href=site>
                    {open_site}
                </a>
            }
            .into_any(),
            _ => {
                let (path, label) = match &error {
                    AppError::Unavailable | AppError::RateLimited(_) => (again, "Try again"),
                    AppError::OtherAccount => ("/account", "Go to your account"),
                    AppError::LinkExpired => ("/signin", "Sign in"),
                    other => other.next_step().unwrap_or(("/", "Go to the home page")),
                };
                view! {
                    <a class="button button-primary" href=path>
                        {label}
                    </a>
                }
                .into_any()
            }
        };
        view! {
            <section class="hero">
                <p class="eyebrow">{format!("Error {status}")}</p>
                <h1>{title}</h1>
                <p class="lead">
                    {error.message()} " " {advice(&error, signed_in)}
                    {error.wait().map(|seconds| view! { <Countdown seconds=seconds /> })}
                </p>
                <div class="row">{actions}</div>
                {request_id
                    .map(|id| {
                        view! {
                            <p class="muted">
                                "If you report this, include the request ID: " <code>{id}</code>
                            </p>
                        }
                    })}
            </section>
        }
    });
    page.with_error(Some(cause))
}

fn title(error: &AppError) -> &'static str {
    match error {
        AppError::SignedOut => "Signed out",
        AppError::MoreFactorsRequired
        | AppError::ChallengeRequired
        | AppError::ProofRequired
        | AppError::SameFactor(_) => "Confirm it's you",
        AppError::ResetRequired => "Set a new password",
        AppError::AddressUnproven => "Address not verified",
        AppError::OtherAccount => "Account switched",
        AppError::CookiesRefused => "Cookies are blocked",
        AppError::Blocked => "Account blocked",
        AppError::RateLimited(_) => "Too many attempts",
        AppError::Unavailable | AppError::CreatedNotSignedIn => "Temporarily unavailable",
        AppError::Forbidden => "Request refused",
        AppError::NotFound => "Page not found",
        AppError::MethodNotAllowed | AppError::NotPermitted => "Not allowed",
        AppError::TooLarge => "Too large",
        AppError::BadRequest => "Bad request",
        AppError::LinkExpired => "Link expired",
        AppError::FlowExpired => "Start again",
        AppError::SwitchedOff => "Not available",
        AppError::NotSetUp => "Not set up yet",
        AppError::Conflict => "Changed in the meantime",
        AppError::LimitReached => "Limit reached",
        AppError::InvalidCredentials
        | AppError::EmailTaken
        | AppError::LastSignInMethod
        | AppError::Invalid(_)
        | AppError::Outdated
        | AppError::Internal => "Something went wrong",
    }
}

fn advice(error: &AppError, signed_in: bool) -> &'static str {
    match error {
        AppError::Blocked => "Contact support, or sign out to use another account.",
        AppError::Forbidden => "Open the site there and try again.",
        // Somebody who has just shown that the address is theirs.
        AppError::ResetRequired if !signed_in => {
            "It has one from before its address was verified here, which may be somebody else's."
        }
        AppError::Unavailable if signed_in => "You stay signed in.",
        _ => "",
    }
}
