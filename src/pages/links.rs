//! Where the links in mails lead. Programs that look through mail open them too, so opening one
//! changes nothing: each shows a form, and the form does it.

use leptos::prelude::*;

use super::{Page, PageResult, Shown, TypedForm};
use crate::{
    error::AppError,
    model::{Field, Form},
};

/// `/signin/link`
pub async fn sign_in(shown: Shown) -> PageResult {
    let text = "This link signs you in, in this browser.";
    link(Form::Link, "Sign in", text, shown)
}

/// `/recover/confirm`
pub async fn reset_password(shown: Shown) -> PageResult {
    let text = "With a new password your sessions end, also those of anybody who knew the old one, \
                unless this site keeps them.";
    link(Form::ResetPassword, "Set a new password", text, shown)
}

/// `/verify`
pub async fn verify_email(shown: Shown) -> PageResult {
    let text = "One click, and the site knows that the address is yours.";
    link(Form::VerifyEmail, "Verify your e-mail address", text, shown)
}

fn link(
    form: Form,
    title: &'static str,
    text: &'static str,
    Shown { typed, error }: Shown,
) -> PageResult {
    let incomplete = typed.get(Field::UserId).is_empty() || typed.get(Field::Secret).is_empty();
    // A link that a mail program has cut off is as good as none.
    let error = error.or(incomplete.then_some(AppError::LinkDead));
    let status = error.clone();
    let page = Page::card(title, move || {
        // Only a form that could still work is shown again.
        let way_on = error.as_ref().and_then(|error| match error {
            AppError::LinkDead => form.way_on(error),
            _ => None,
        });
        let content = if let Some((path, label)) = way_on {
            view! {
                <p class="note note-bad" role="alert">
                    {AppError::LinkDead.message()}
                </p>
                <p>
                    <a class="button button-primary" href=path>
                        {label}
                    </a>
                </p>
            }
            .into_any()
        } else {
            // What the link brought stays in the address and is not written into the page.
            let shown = typed.without(form.carried());
            view! {
                <p class="muted">{text}</p>
                <TypedForm form=form typed=shown error=error />
            }
            .into_any()
        };
        view! {
                {content}
        }
    });
    Ok(page.because_of(status.as_ref()).into())
}
