//! `/account/preferences`

use leptos::prelude::*;
use serde::Deserialize;

use super::Section;
use crate::{
    actions::account::{get_account, update_preferences},
    model::{Locale, Preferences, Theme},
    pages::{Outcome, PageResult, told},
};

/// What the form posts.
#[derive(Deserialize)]
pub struct Chosen {
    theme: String,
    locale: String,
}

/// How pages are to look, and dates to be written.
pub async fn show() -> PageResult {
    let account = get_account().await?;
    let Preferences {
        theme: chosen,
        locale,
    } = account.preferences;
    let page = super::page(&account, Section::Preferences, told(), move || {
        let choices = Theme::ALL
            .into_iter()
            .map(|theme| {
                let (label, hint) = match theme {
                    Theme::Device => ("As my device", "Changes with it."),
                    Theme::Light => ("Light", "Dark text on a light page."),
                    Theme::Dark => ("Dark", "Light text on a dark page."),
                };
                view! {
                    <label class="choice">
                        <input
                            type="radio"
                            name="theme"
                            value=theme.name()
                            checked=theme == chosen
                        />
                        <span>
                            {label} <span class="field-hint">{hint}</span>
                        </span>
                    </label>
                }
            })
            .collect_view();
        let languages = Locale::ALL
            .into_iter()
            .map(|other| {
                view! {
                    <option value=other.name() selected=other == locale>
                        {other.label()}
                    </option>
                }
            })
            .collect_view();
        view! {
            <form class="card form" method="post" action="/account/preferences">
                <fieldset class="choices">
                    <legend>"Appearance"</legend>
                    {choices}
                </fieldset>
                <div class="field">
                    <label class="field-label" for="locale">
                        "Language"
                    </label>
                    <select class="field-input" id="locale" name="locale" aria-describedby="locale-hint">
                        {languages}
                    </select>
                    <p class="field-hint" id="locale-hint">
                        "For dates, and the mails you ask for while signed in. The pages are in English."
                    </p>
                </div>
                <div class="row">
                    <button class="button button-primary" type="submit">
                        "Save preferences"
                    </button>
                </div>
            </form>
        }
    });
    Ok(page.into())
}

/// Keeps them.
pub async fn submit(Chosen { theme, locale }: Chosen) -> PageResult {
    Ok(Outcome::SeeOther(update_preferences(theme, locale).await?))
}
