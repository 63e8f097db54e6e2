//! `/signin`

use leptos::prelude::*;
use serde::Deserialize;

use super::{Outcome, Page, PageResult};
use crate::{
    actions::auth::sign_in,
    error::AppError,
    islands::SignInForm,
    model::{Notice, Typed},
    server::context,
};

/// What the form posts when no script sends it.
#[derive(Deserialize)]
pub struct Form {
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
    let notice = Notice::from_name(&context::query("notice"));
    Ok(page(typed, None, notice).into())
}

/// Signs in, or shows the form again with what was typed and what was wrong.
pub async fn submit(form: Form) -> PageResult {
    match sign_in(form.email.clone(), form.password, form.next.clone()).await {
        Ok(path) => Ok(Outcome::SeeOther(path)),
        Err(error) => {
            let typed = Typed {
                email: form.email,
                next: form.next,
                ..Typed::default()
            };
            Ok(page(typed, Some(error), None).into())
        }
    }
}

fn page(typed: Typed, error: Option<AppError>, notice: Option<Notice>) -> Page {
    let status = error.clone();
    Page::new("Sign in", move || {
        let sign_up = super::with_next("/signup", &typed.next);
        view! {
            <section class="card narrow">
                <h1>"Sign in"</h1>
                {notice
                    .map(|notice| {
                        view! { <p class="note" role="status">{notice.message()}</p> }
                    })}
                <SignInForm typed=typed error=error />
                <p class="card-foot">"New here? " <a href=sign_up>"Create an account"</a></p>
            </section>
        }
    })
    .because_of(status.as_ref())
}
