//! `/`

use leptos::prelude::*;

use super::{LocalInbox, Page, PageResult};
use crate::{
    components::PostButton,
    model::{SignInMethod, SignInMethods, provider_name},
    server::{auth::methods, request},
};

/// Where the source is, as Cargo.toml has it. Empty until there's a place.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// What this is, a way to try it, and where to sign in.
pub async fn page() -> PageResult {
    let is_visitor = request::visitor().is_some();
    let methods = methods::offered()?;
    let page = Page::new("Home", move || {
        view! {
            <section class="hero">
                <p class="eyebrow">"Leptos · axum · Appwrite"</p>
                <h1>"Sign-in that stays on the server."</h1>
                <p class="lead">
                    "A whole account, ready to build on: a Rust server renders every page and talks "
                    "to Appwrite, and the browser holds one HttpOnly cookie."
                </p>
                <div class="row">
                    <Actions methods=methods.clone() is_visitor=is_visitor />
                </div>
            </section>
            <LocalInbox />
            <picture>
                <source srcset="/account-dark.webp" media="(prefers-color-scheme: dark)" />
                <img
                    class="shot"
                    src="/account-light.webp"
                    width="1200"
                    height="620"
                    loading="lazy"
                    alt="The account page: name, email and phone, each with a link to change it, and a menu with security, sessions, linked accounts, preferences and activity."
                />
            </picture>
            <ul class="facts">
                <Fact title="Every way in">{ways_in(&methods)}</Fact>
                <Fact title="Under 12 kB">
                    "That's what the sign-in page weighs, style sheet included. Forms are plain "
                    "HTML, and WebAssembly, 110 kB of it, arrives with the first touch. "
                    <code>"cargo xtask bench size"</code>
                    " measures it."
                </Fact>
                <Fact title="One client per request">
                    "Each request builds its own Appwrite client. It can't be cloned, shared or "
                    "given somebody else's session."
                </Fact>
                <Fact title="An outage isn't a sign-out">
                    "When Appwrite is slow or down, people see a page that says so, and stay "
                    "signed in."
                </Fact>
                <Fact title="Make it yours">
                    "Read " {source("", "the source")} ", build a small one step by step with "
                    {source("/blob/HEAD/docs/tutorial.md", "the tutorial")} ", and take it under "
                    {source("/blob/HEAD/LICENSE", "MIT or Apache 2.0")} "."
                </Fact>
            </ul>
        }
    });
    let description = "A server-rendered app in Rust with accounts by Appwrite: the session never \
        reaches the page, and every form works without a script.";
    Ok(page.with_description(description).into())
}

/// What somebody can do here first.
#[component]
fn Actions(methods: SignInMethods, is_visitor: bool) -> impl IntoView {
    if is_visitor {
        return view! { <a class="button button-primary" href="/account">"Your account"</a> }
            .into_any();
    }
    let demo = methods.has(SignInMethod::Anonymous).then(|| {
        view! {
            <PostButton action="/signin/anonymous" class="button button-primary">
                "Try it as a guest"
            </PostButton>
        }
    });
    let sign_up = methods.has(SignInMethod::Password).then(|| {
        let class = if demo.is_some() {
            "button"
        } else {
            "button button-primary"
        };
        view! {
            <a class=class href="/signup">
                "Create an account"
            </a>
        }
    });
    view! {
        {demo}
        {sign_up}
        <a class="button" href="/signin">
            "Sign in"
        </a>
    }
    .into_any()
}

#[component]
fn Fact(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <li>
            <h2>{title}</h2>
            <p>{children()}</p>
        </li>
    }
}

/// The ways to sign in that this site offers, in a sentence.
fn ways_in(methods: &SignInMethods) -> String {
    let mut ways: Vec<String> = methods
        .methods
        .iter()
        .filter_map(|method| match method {
            SignInMethod::Password => Some("password"),
            SignInMethod::MagicUrl => Some("link by email"),
            SignInMethod::EmailOtp => Some("code by email"),
            SignInMethod::Phone => Some("code by text message"),
            SignInMethod::Anonymous => Some("guest account"),
            SignInMethod::OAuth2 => None,
        })
        .map(str::to_owned)
        .collect();
    ways.extend(methods.providers.iter().map(|id| provider_name(id)));
    let mut sentence = ways.join(", ");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence + ". A second step by app, text message, email or recovery code."
}

/// A place in the source, linked if it's known where that is.
fn source(path: &'static str, label: &'static str) -> impl IntoView {
    match Some(REPOSITORY).filter(|repository| !repository.is_empty()) {
        Some(repository) => view! { <a href=[repository, path].concat()>{label}</a> }.into_any(),
        None => label.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_in_are_those_that_are_offered() {
        let methods = SignInMethods {
            methods: vec![SignInMethod::Password, SignInMethod::OAuth2],
            providers: vec!["github".to_owned()],
        };
        let sentence = ways_in(&methods);
        assert!(sentence.starts_with("Password, GitHub. "), "{sentence}");
    }
}
