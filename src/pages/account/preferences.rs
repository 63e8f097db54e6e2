//! `/account/preferences`

use leptos::prelude::*;
use strum::VariantArray;

use super::layout::{self, Section};
use crate::{
    components::{Choice, ChoiceField, FormState, SelectField, SubmitButton},
    islands::account::PreferencesForm,
    model::{Locale, Preferences, Theme},
    pages::PageResult,
    server::auth::session,
};

/// How pages look, and how dates are written.
pub async fn page(form: FormState) -> PageResult {
    let account = session::account().await?;
    let Preferences { theme, locale, .. } = account.preferences;
    let page = layout::page(&account, Section::Preferences, form, move || {
        let themes = Theme::VARIANTS.iter().map(theme_choice).collect();
        let locales = Locale::VARIANTS
            .iter()
            .map(|locale| (locale.into(), locale.label()))
            .collect();
        view! {
            <section class="card" aria-label="Preferences">
                <PreferencesForm>
                    <ChoiceField name="theme" label="Appearance" choices=themes value=theme.into() />
                    <SelectField
                        name="locale"
                        label="Language of emails and dates"
                        hint="The pages themselves are in English."
                        options=locales
                        value=locale.into()
                    />
                    <SubmitButton busy="Saving…">"Save preferences"</SubmitButton>
                </PreferencesForm>
            </section>
        }
    });
    Ok(page.into())
}

fn theme_choice(theme: &Theme) -> Choice {
    let (label, hint) = match theme {
        Theme::System => ("System", "Matches your device."),
        Theme::Light => ("Light", "Dark text on a light page."),
        Theme::Dark => ("Dark", "Light text on a dark page."),
    };
    Choice {
        value: theme.into(),
        label,
        hint,
    }
}
