//! How somebody wants the site, kept in Appwrite's preferences.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Each is kept under its own name. What Appwrite has none of, or an unknown value, is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// How pages look.
    pub theme: Theme,
    /// How dates are written, and the language of emails.
    pub locale: Locale,
}

/// How pages look. Named as CSS's `color-scheme` names it, but for the first.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Theme {
    /// Whatever the device prefers.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// How dates are written, and in which language Appwrite writes emails and names countries. Named
/// by its BCP 47 tag.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
pub enum Locale {
    /// English as in Britain and most of the world.
    #[default]
    #[serde(rename = "en-GB")]
    #[strum(serialize = "en-GB")]
    English,
    /// English as in the United States.
    #[serde(rename = "en-US")]
    #[strum(serialize = "en-US")]
    American,
    /// German.
    #[serde(rename = "de")]
    #[strum(serialize = "de")]
    German,
    /// French.
    #[serde(rename = "fr")]
    #[strum(serialize = "fr")]
    French,
    /// Spanish.
    #[serde(rename = "es")]
    #[strum(serialize = "es")]
    Spanish,
}

impl Locale {
    /// Appwrite's code of the language, for `X-Appwrite-Locale`.
    pub fn language(self) -> &'static str {
        match self {
            Self::English | Self::American => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
        }
    }

    /// What people choose from, each in its own language.
    pub fn label(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::American => "English (United States)",
            Self::German => "Deutsch",
            Self::French => "Français",
            Self::Spanish => "Español",
        }
    }
}
