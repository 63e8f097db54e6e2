//! What pages share that change one thing about the account.

use leptos::prelude::*;

use super::layout::{self, Section};
use crate::{
    components::FormState,
    error::AppError,
    model::Goto,
    pages::{Page, PageResult},
    server::{
        auth::{
            password,
            proof::{self, Brings},
            session,
        },
        request,
    },
};

/// A page with a form, in the section it belongs to.
pub fn page<View: IntoView + 'static>(
    title: &'static str,
    form: FormState,
    section: Section,
    content: impl FnOnce() -> View + Send + 'static,
) -> PageResult {
    // The guard has found out who it is.
    let account = request::visitor().ok_or(AppError::SignedOut)?;
    let page = layout::page_titled(title, &account, section, form, move || {
        view! {
            <div class="card">{content()} {back_to(section)}</div>
        }
    });
    Ok(page.into())
}

fn back_to(section: Section) -> impl IntoView {
    view! {
        <p class="card-foot">
            <a href=section.path()>"Back to " {section.title().to_lowercase()}</a>
        </p>
    }
}

/// A step of several, with nothing around it that leads away but a link back to its section.
pub fn step<View: IntoView + 'static>(
    title: &'static str,
    form: FormState,
    section: Section,
    content: impl FnOnce() -> View + Send + 'static,
) -> PageResult {
    let page = Page::form(title, form, move || {
        view! {
            {content()}
            {back_to(section)}
        }
    });
    Ok(page.into())
}

/// As [`page`], for a form at `path` that asks for the account's password. An account that has none
/// is led to set it first.
pub async fn page_with_password<View: IntoView + 'static>(
    title: &'static str,
    form: FormState,
    section: Section,
    path: &'static str,
    content: impl FnOnce() -> View + Send + 'static,
) -> PageResult {
    let account = session::account().await?;
    if let Some(goto) = password::missing(&account, path) {
        return lead_away(&form, goto);
    }
    match ask(&form, Brings::Password, path).await? {
        Some(goto) => Ok(goto.into()),
        None => page(title, form, section, content),
    }
}

/// Where a fresh proof is asked for before the form is shown, if one is missing. A form that was
/// refused is shown all the same: its server function asks.
pub async fn ask(form: &FormState, brings: Brings, path: &str) -> Result<Option<Goto>, AppError> {
    match form.error() {
        Some(_) => Ok(None),
        None => proof::ask(brings, path).await,
    }
}

/// Leads to another page, as there's no form to show here. What was wrong with what was typed doesn't matter
/// then, nor that what it continued has ended. Anything else is said.
pub fn lead_away(form: &FormState, goto: Goto) -> PageResult {
    match form.error() {
        None | Some(AppError::Invalid(_) | AppError::FlowExpired) => Ok(goto.into()),
        Some(error) => Err(error.clone()),
    }
}
