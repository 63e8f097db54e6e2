//! `/`

use leptos::prelude::*;

use super::{Page, PageResult};
use crate::{
    model::SignInMethod,
    server::{auth::methods, request},
};

/// What this is, and where to sign in.
pub async fn page() -> PageResult {
    let visitor = request::visitor();
    let can_sign_up = methods::offered()?.has(SignInMethod::Password);
    let page = Page::new("Home", move || {
        let actions = match visitor {
            Some(_) => {
                view! { <a class="button button-primary" href="/account">"Your account"</a> }
                    .into_any()
            }
            None => view! {
                {can_sign_up
                    .then(|| {
                        view! {
                            <a class="button button-primary" href="/signup">
                                "Create an account"
                            </a>
                        }
                    })}
                <a class="button" href="/signin">
                    "Sign in"
                </a>
            }
            .into_any(),
        };
        view! {
            <section class="hero">
                <p class="eyebrow">"Leptos · axum · Appwrite"</p>
                <h1>"Sign-in that stays on the server."</h1>
                <p class="lead">
                    "A starting point for apps whose session never reaches the page: "
                    "the server talks to Appwrite, the browser holds one HttpOnly cookie, "
                    "and every form works before any script has loaded."
                </p>
                <div class="row">{actions}</div>
            </section>
            <ul class="facts">
                <li>
                    <h2>"One client per request"</h2>
                    <p>
                        "Each request builds its own Appwrite client. It can't be cloned, shared "
                        "or given somebody else's session."
                    </p>
                </li>
                <li>
                    <h2>"No script needed"</h2>
                    <p>
                        "Forms are plain HTML. WebAssembly arrives with the first touch and "
                        "adds pending states and inline errors."
                    </p>
                </li>
                <li>
                    <h2>"An outage isn't a sign-out"</h2>
                    <p>
                        "When Appwrite is slow or down, people see a page that says so, and stay "
                        "signed in."
                    </p>
                </li>
            </ul>
        }
    });
    let description = "A server-rendered app in Rust with accounts by Appwrite: the session never \
        reaches the page, and every form works without a script.";
    Ok(page.with_description(description).into())
}
