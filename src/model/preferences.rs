//! People's preferences for this site, stored with their Appwrite account.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Each is stored under its own name. If it's missing or unknown, the default counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// How pages look.
    pub theme: Theme,
    /// How dates are written, and the language of emails.
    pub locale: Locale,
    /// What the circle with their initials is filled with.
    pub color: AvatarColor,
}

/// The color of the circle with somebody's initials. What each looks like is the style sheet's.
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
pub enum AvatarColor {
    /// The site's own.
    #[default]
    Teal,
    /// Blue.
    Blue,
    /// Violet.
    Violet,
    /// Rose.
    Rose,
    /// Amber.
    Amber,
}

/// How pages look. Named like the values of CSS's `color-scheme`, except for the first.
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
    /// Appwrite's code for the language, for `X-Appwrite-Locale`.
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
