//! `/`

use leptos::prelude::*;

use super::{Page, PageResult};
use crate::{
    model::Method,
    server::{auth::methods, request},
};

/// Greets who is signed in, and shows everybody else the way in.
pub async fn show() -> PageResult {
    let visitor = request::visitor();
    let can_sign_up = methods::offered()?.has(Method::Password);
    Ok(Page::new("Home", move || {
        let ways_on = match visitor {
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
                <div class="row">{ways_on}</div>
            </section>
            <ul class="facts">
                <li>
                    <h2>"One client a request"</h2>
                    <p>
                        "Each request builds its own Appwrite client. It cannot be cloned, "
                        "shared or given somebody else’s session."
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
                    <h2>"An outage is not a sign-out"</h2>
                    <p>
                        "When Appwrite is slow or down, people see that, and their session "
                        "is there again when it returns."
                    </p>
                </li>
            </ul>
        }
    })
    .into())
}
