//! `/account/preferences`

use leptos::prelude::*;
use strum::VariantArray;

use super::{
    card_result::{Card, CardResult},
    layout::{self, Section},
};
use crate::{
    components::{Choice, ChoiceField, FormState, SelectField, StartField, SubmitButton},
    islands::account::{AvatarColorForm, PreferencesForm},
    model::{AvatarColor, Locale, Preferences, Theme},
    pages::PageResult,
    server::auth::session,
};

/// How pages look, and how dates are written.
pub async fn page(form: FormState) -> PageResult {
    let account = session::account().await?;
    let Preferences {
        theme,
        locale,
        color,
    } = account.preferences;
    let page = layout::page(&account, Section::Preferences, form, move || {
        let themes = Theme::VARIANTS.iter().map(theme_choice).collect();
        let locales = Locale::VARIANTS
            .iter()
            .map(|locale| (locale.into(), locale.label()))
            .collect();
        let colors = AvatarColor::VARIANTS
            .iter()
            .map(|color| (color.into(), color_label(*color)))
            .collect();
        view! {
            <section class="card" aria-label="Preferences">
                <CardResult card=Card::Preferences />
                <PreferencesForm>
                    <ChoiceField name="theme" label="Appearance" choices=themes value=theme.into() />
                    <SelectField
                        name="locale"
                        label="Language of emails and dates"
                        hint="The pages themselves are in English."
                        options=locales
                        value=locale.into()
                    />
                    <StartField name="theme_was" value={<&str>::from(theme)} />
                    <StartField name="locale_was" value={<&str>::from(locale)} />
                    <SubmitButton busy="Saving…">"Save preferences"</SubmitButton>
                </PreferencesForm>
            </section>
            <section class="card" aria-label="Avatar">
                <CardResult card=Card::AvatarColor />
                <AvatarColorForm>
                    <SelectField
                        name="color"
                        label="Avatar color"
                        options=colors
                        value=color.into()
                    />
                    <SubmitButton busy="Saving…">"Save color"</SubmitButton>
                </AvatarColorForm>
            </section>
        }
    });
    Ok(page.into())
}

fn theme_choice(theme: &Theme) -> Choice {
    let (label, hint) = match theme {
        Theme::System => ("System", "Matches your device."),
        Theme::Light => ("Light", ""),
        Theme::Dark => ("Dark", ""),
    };
    Choice {
        value: theme.into(),
        label,
        hint,
    }
}

fn color_label(color: AvatarColor) -> &'static str {
    match color {
        AvatarColor::Teal => "Teal",
        AvatarColor::Blue => "Blue",
        AvatarColor::Violet => "Violet",
        AvatarColor::Rose => "Rose",
        AvatarColor::Amber => "Amber",
    }
}
