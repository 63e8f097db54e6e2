//! The person who is signed in.

use serde::{Deserialize, Serialize};

use super::{Method, Ways};

/// An Appwrite account, as far as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Appwrite's `$id`.
    pub id: String,
    /// May be empty: Appwrite does not ask for one.
    pub name: String,
    /// Empty for an account that has none (a guest, or one with a phone number only).
    pub email: String,
    /// Whether the address has been proved to be theirs.
    pub email_verified: bool,
    /// `+` and digits; empty for an account that has none.
    pub phone: String,
    /// Whether the number has been proved to be theirs.
    pub phone_verified: bool,
    /// Whether a password was ever set.
    pub has_password: bool,
    /// Whether signing in asks for a second factor.
    pub mfa: bool,
    /// When the account was made, in RFC 3339.
    pub registered: String,
    /// How they want the site.
    pub preferences: Preferences,
}

impl Account {
    /// Whether there is no way back in once the session ends: neither address nor number.
    pub fn is_guest(&self) -> bool {
        self.email.is_empty() && self.phone.is_empty()
    }

    /// Whether there is a way back in without this one of the identities, among those that the site
    /// offers: another one, a password, or an address or number that a link or a code can go to.
    pub fn can_lose(&self, id: &str, identities: &[Identity], ways: &Ways) -> bool {
        let password = self.has_password && !self.email.is_empty();
        // With the password on, a link by e-mail sets one.
        let by_mail = [Method::Password, Method::MagicUrl, Method::EmailOtp];
        let mut others = identities.iter().filter(|identity| identity.id != id);
        others.any(|identity| ways.providers.contains(&identity.provider))
            || password && ways.has(Method::Password)
            || self.email_verified && by_mail.into_iter().any(|method| ways.has(method))
            || self.phone_verified && ways.has(Method::Phone)
    }
}

/// How somebody wants the site, kept in Appwrite's preferences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// How pages look.
    pub theme: Theme,
    /// How dates are written, and the language of mails.
    pub locale: Locale,
}

/// How dates are written, and in which language Appwrite writes mails and names countries. Kept in
/// Appwrite's preferences under `locale`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Locale {
    /// English as in Britain and most of the world.
    #[default]
    English,
    /// English as in the United States.
    American,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
}

impl Locale {
    /// All of them, in the order people choose from.
    pub const ALL: [Self; 5] = [
        Self::English,
        Self::American,
        Self::German,
        Self::French,
        Self::Spanish,
    ];

    /// As kept in the preferences: a BCP 47 tag.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "en-GB",
            Self::American => "en-US",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
        }
    }

    /// Appwrite's code of the language, for `X-Appwrite-Locale`.
    pub fn language(self) -> &'static str {
        self.name().split('-').next().unwrap_or_default()
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

    /// Reads what [`name`](Self::name) wrote. Anything else is English.
    pub fn from_name(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|locale| locale.name() == name);
        known.unwrap_or_default()
    }
}

/// How pages look. Kept in Appwrite's preferences under `theme`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the device says.
    #[default]
    Device,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// All of them, in the order people choose from.
    pub const ALL: [Self; 3] = [Self::Device, Self::Light, Self::Dark];

    /// As kept in the preferences, and the value of CSS's `color-scheme` but for the first.
    pub fn name(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Reads what [`name`](Self::name) wrote. Anything else is as the device says.
    pub fn from_name(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|theme| theme.name() == name);
        known.unwrap_or_default()
    }
}

/// An account at an OAuth2 provider that signs its owner in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Appwrite's `$id`.
    pub id: String,
    /// Appwrite's ID of the provider: `github`, `google` ….
    pub provider: String,
    /// The address there; may be empty.
    pub email: String,
    /// Since when, in RFC 3339.
    pub linked: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_way_in_is_one_that_the_site_offers() {
        let guest = Account {
            id: "u1".to_owned(),
            name: String::new(),
            email: String::new(),
            email_verified: false,
            phone: String::new(),
            phone_verified: false,
            has_password: false,
            mfa: false,
            registered: String::new(),
            preferences: Preferences::default(),
        };
        let by_mail = Account {
            email: "ada@example.com".to_owned(),
            email_verified: true,
            ..guest.clone()
        };
        let by_phone = Account {
            phone_verified: true,
            ..guest.clone()
        };
        let identity = |provider: &str| Identity {
            id: provider.to_owned(),
            provider: provider.to_owned(),
            email: String::new(),
            linked: String::new(),
        };
        let (one, two) = (
            vec![identity("github")],
            vec![identity("github"), identity("google")],
        );
        let ways = |methods: &[Method], providers: &[&str]| Ways {
            methods: methods.to_vec(),
            providers: providers.iter().map(|&name| name.to_owned()).collect(),
        };
        let only_github = ways(&[Method::OAuth2], &["github"]);
        for (account, identities, ways, can) in [
            (&guest, &one, ways(&Method::ALL, &["github"]), false),
            (
                &guest,
                &two,
                ways(&Method::ALL, &["github", "google"]),
                true,
            ),
            (&guest, &two, only_github.clone(), false),
            (&guest, &two, ways(&[Method::OAuth2], &["google"]), true),
            (&by_mail, &one, ways(&[Method::EmailOtp], &["github"]), true),
            (&by_mail, &one, only_github.clone(), false),
            (&by_phone, &one, ways(&[Method::Phone], &["github"]), true),
            (&by_phone, &one, only_github, false),
        ] {
            let found = account.can_lose("github", identities, &ways);
            assert_eq!(found, can, "{account:?} {ways:?}");
        }
    }
}
