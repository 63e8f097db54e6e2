use leptos::prelude::*;

use crate::{
    components::{PageFields, PostButton, ProviderMark},
    model::{SignInMethod, SignInMethods, provider_name},
    server::http::links::with_next,
};

/// The providers, side by side, above a form for email and password.
#[component]
pub fn Providers(
    /// What the site offers.
    methods: SignInMethods,
    /// Where to go afterwards.
    next: String,
) -> impl IntoView {
    let or = methods.has(SignInMethod::Password);
    let providers = methods.providers;
    if providers.is_empty() {
        return None;
    }
    // With several, there's only room for their names. Screen readers have room for everything.
    let words = if providers.len() > 1 { "hidden" } else { "" };
    let buttons = providers
        .into_iter()
        .map(|provider| {
            let name = provider_name(&provider);
            view! {
                <button class="button" type="submit" name="provider" value=provider>
                    <ProviderMark provider=provider.clone() />
                    <span>
                        <span class=words>"Continue with "</span>
                        {name}
                    </span>
                </button>
            }
        })
        .collect_view();
    Some(view! {
        <form class="providers" method="post" action="/signin/oauth2">
            <PageFields />
            <Next to=next />
            {buttons}
        </form>
        {or.then(|| view! { <p class="or">"or"</p> })}
    })
}

/// The ways to sign in that take neither a password nor a provider. Where those are offered too, they
/// come first, and these open below them.
#[component]
pub fn MoreWays(
    /// What the site offers.
    methods: SignInMethods,
    /// Where to go afterwards.
    next: String,
) -> impl IntoView {
    let links: Vec<_> = [
        (
            SignInMethod::MagicUrl,
            "/signin/magic-url",
            "Email me a link",
        ),
        (
            SignInMethod::EmailOtp,
            "/signin/email-otp",
            "Email me a code",
        ),
        (SignInMethod::Phone, "/signin/phone", "Text me a code"),
    ]
    .into_iter()
    .filter(|(method, ..)| methods.has(*method))
    .map(|(_, path, label)| {
        view! {
            <a class="button" href=with_next(path, &next)>
                {label}
            </a>
        }
    })
    .collect();
    let is_guest_offered = methods.has(SignInMethod::Anonymous);
    if links.is_empty() && !is_guest_offered {
        return None;
    }
    let guest = is_guest_offered.then(|| {
        let with = Some(("next", next)).filter(|(_, next)| !next.is_empty());
        view! {
            <PostButton action="/signin/anonymous" with=with.into_iter().collect()>
                "Continue as a guest"
            </PostButton>
        }
    });
    let ways = view! { <div class="button-stack">{links} {guest}</div> };
    let are_others = methods.has(SignInMethod::Password) || !methods.providers.is_empty();
    Some(if are_others {
        view! {
            <details>
                <summary>"More ways"</summary>
                {ways}
            </details>
        }
        .into_any()
    } else {
        ways.into_any()
    })
}

/// The hidden field that says where to go afterwards, if that's somewhere else than usual.
#[component]
fn Next(to: String) -> impl IntoView {
    (!to.is_empty()).then(|| view! { <input type="hidden" name="next" value=to /> })
}
