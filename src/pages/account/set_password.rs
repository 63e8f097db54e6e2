//! `/account/password/new`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{FormState, PasswordField, PostButton, SubmitButton, UsernameField},
    error::AppError,
    islands::account::SetPasswordForm,
    model::Goto,
    pages::{Page, PageResult},
    server::{
        auth::{
            proof::{self, Brings},
            session,
        },
        http::links::with_next,
        request,
    },
};

/// Where Appwrite has forgotten a password, it takes a new one only with a link in an email.
fn by_link(email: String) -> Page {
    Page::card("Set a password", move || {
        let to = vec![("email", email.clone())];
        view! {
            <p>"We'll email a link to " <strong>{email}</strong> " that sets a new password."</p>
            <PostButton action="/recover" with=to class="button button-primary">
                "Email me a link"
            </PostButton>
        }
    })
}

/// Sets the first password of an account that has none.
pub async fn page(form: FormState) -> PageResult {
    let account = session::account().await?;
    if account.is_guest() {
        return change::lead_away(&form, Goto::page("/account/upgrade"));
    }
    if account.password_forgotten {
        return Ok(by_link(account.email).into());
    }
    if account.has_password {
        return change::lead_away(&form, Goto::page("/account/password"));
    }
    if form.error().is_none()
        && proof::require(Brings::Nothing).await == Err(AppError::ProofRequired)
    {
        let back = request::path_and_query();
        return Ok(Goto::page(with_next(proof::PAGE, &back)).into());
    }
    change::page("Set a password", form, Section::Security, move || {
        view! {
            <p class="muted">"Use it to sign in and to confirm changes."</p>
            <SetPasswordForm>
                <UsernameField value=account.email />
                <PasswordField autocomplete="new-password" />
                <SubmitButton busy="Saving…">"Set password"</SubmitButton>
            </SetPasswordForm>
        }
    })
}
