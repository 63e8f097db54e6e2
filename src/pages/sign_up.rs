//! `/signup`

use leptos::prelude::*;
use serde::Deserialize;

use super::{Outcome, Page, PageResult};
use crate::{
    actions::auth::sign_up, error::AppError, islands::SignUpForm, model::Typed, server::context,
};

/// What the form posts when no script sends it.
#[derive(Deserialize)]
pub struct Form {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// The empty form.
pub async fn show() -> PageResult {
    let typed = Typed {
        next: context::query("next"),
        ..Typed::default()
    };
    Ok(page(typed, None).into())
}

/// Makes the account, or shows the form again with what was typed and what was wrong.
pub async fn submit(form: Form) -> PageResult {
    let typed = Typed {
        name: form.name.clone(),
        email: form.email.clone(),
        next: form.next.clone(),
    };
    match sign_up(form.name, form.email, form.password, form.next).await {
        Ok(path) => Ok(Outcome::SeeOther(path)),
        Err(error) => Ok(page(typed, Some(error)).into()),
    }
}

fn page(typed: Typed, error: Option<AppError>) -> Page {
    let status = error.clone();
    Page::new("Create an account", move || {
        let sign_in = super::with_next("/signin", &typed.next);
        view! {
            <section class="card narrow">
                <h1>"Create an account"</h1>
                <SignUpForm typed=typed error=error />
                <p class="card-foot">"Have an account? " <a href=sign_in>"Sign in"</a></p>
            </section>
        }
    })
    .because_of(status.as_ref())
}
