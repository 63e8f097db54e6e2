//! The JSON that Appwrite sends, as far as we use it.
//!
//! We only read what a page needs. Every key that some version of Appwrite leaves out, or sends as
//! `null`, has a default.

use std::{collections::HashSet, str::FromStr};

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::model::{self, Preferences, visible};

/// Appwrite's error body.
#[derive(Deserialize)]
pub struct Error {
    #[serde(default, deserialize_with = "or_default")]
    pub message: String,
    /// One of Appwrite's error types. Very old servers send none.
    #[serde(default, rename = "type", deserialize_with = "or_default")]
    pub kind: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    #[serde(rename = "$id")]
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    email: String,
    #[serde(default, deserialize_with = "or_default")]
    email_verification: bool,
    #[serde(default, deserialize_with = "or_default")]
    phone: String,
    #[serde(default, deserialize_with = "or_default")]
    phone_verification: bool,
    /// When the password was set. Empty if there is none.
    #[serde(default, deserialize_with = "date")]
    pub password_update: String,
    #[serde(default, deserialize_with = "or_default")]
    mfa: bool,
    #[serde(default, deserialize_with = "date")]
    registration: String,
    #[serde(default, rename = "$updatedAt", deserialize_with = "date")]
    updated_at: String,
    /// An object. An empty one may come as a list.
    #[serde(default)]
    prefs: Value,
    #[serde(default, deserialize_with = "or_default")]
    targets: Vec<Target>,
}

/// Where messages go to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Target {
    #[serde(default, rename = "$createdAt", deserialize_with = "date")]
    created_at: String,
    #[serde(default, rename = "$updatedAt", deserialize_with = "date")]
    updated_at: String,
    /// `email`, `sms` or `push`. People can make those of the last kind, with any identifier.
    #[serde(default, deserialize_with = "or_default")]
    provider_type: String,
    #[serde(default, deserialize_with = "or_default")]
    identifier: String,
}

/// The preference that says when the password was set that Appwrite has forgotten: it keeps the date.
pub const FORGOTTEN_PASSWORD: &str = "forgottenPassword";
/// The preference that says which addresses are proved.
pub const PROVED: &str = "proved";

impl From<Account> for model::Account {
    fn from(wire: Account) -> Self {
        let email_changed = email_changed(&wire.email, &wire.registration, &wire.targets);
        let was_set = !wire.password_update.is_empty();
        let forgotten = wire.prefs[FORGOTTEN_PASSWORD].as_str();
        let password_forgotten = was_set && forgotten == Some(&wire.password_update);
        Self {
            id: wire.id,
            name: visible(&wire.name),
            email_changed,
            email: wire.email,
            email_verified: wire.email_verification,
            phone: wire.phone,
            phone_verified: wire.phone_verification,
            has_password: was_set && !password_forgotten,
            password_set: wire.password_update,
            password_forgotten,
            mfa: wire.mfa,
            registered: wire.registration,
            updated: wire.updated_at,
            proved: wire.prefs[PROVED].as_str().unwrap_or_default().to_owned(),
            preferences: Preferences {
                theme: preference(&wire.prefs, "theme"),
                locale: preference(&wire.prefs, "locale"),
                color: preference(&wire.prefs, "color"),
            },
        }
    }
}

/// When an account got its address, if that was after it was made; empty if it wasn't, and "unknown" if
/// nobody can say. Another address gets the target of the one before, but people can delete a target.
fn email_changed(email: &str, registered: &str, targets: &[Target]) -> String {
    let date = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let target = targets
        .iter()
        .find(|target| target.provider_type == "email" && target.identifier == email);
    match target {
        _ if email.is_empty() => String::new(),
        None => model::EMAIL_CHANGED_UNKNOWN.to_owned(),
        Some(target) => {
            let made = date(&target.created_at).zip(date(registered));
            let from_the_start =
                made.is_some_and(|(made, registered)| made - registered < Duration::seconds(5));
            if from_the_start && target.updated_at == target.created_at {
                String::new()
            } else {
                target.updated_at.clone()
            }
        }
    }
}

/// A preference by its name; the default where there is none, or none that we know.
fn preference<T: FromStr + Default>(prefs: &Value, name: &str) -> T {
    let kept = prefs[name].as_str().unwrap_or_default();
    kept.parse().unwrap_or_default()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    #[serde(rename = "$id")]
    pub id: String,
    #[serde(default, rename = "$createdAt", deserialize_with = "date")]
    created_at: String,
    #[serde(default, rename = "$updatedAt", deserialize_with = "date")]
    updated_at: String,
    #[serde(default, deserialize_with = "or_default")]
    pub user_id: String,
    #[serde(deserialize_with = "date")]
    pub expire: String,
    /// Empty unless the caller has an API key.
    #[serde(default, deserialize_with = "or_default")]
    pub secret: String,
    #[serde(default, deserialize_with = "or_default")]
    pub provider: String,
    #[serde(default, deserialize_with = "or_default")]
    ip: String,
    #[serde(default, deserialize_with = "or_default")]
    os_name: String,
    #[serde(default, deserialize_with = "or_default")]
    os_version: String,
    #[serde(default, deserialize_with = "or_default")]
    client_name: String,
    #[serde(default, deserialize_with = "or_default")]
    client_version: String,
    #[serde(default, deserialize_with = "or_default")]
    country_name: String,
    #[serde(default, deserialize_with = "or_default")]
    current: bool,
    #[serde(default, deserialize_with = "date")]
    mfa_updated_at: String,
    /// The kinds of factors that were shown in it.
    #[serde(default, deserialize_with = "or_default")]
    pub factors: HashSet<String>,
}

impl Session {
    /// When it began. `None` if that's no date.
    pub fn created(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(&self.created_at, &Rfc3339).ok()
    }

    /// When it ends. `None` if that's no date.
    pub fn expiry(&self) -> Option<OffsetDateTime> {
        OffsetDateTime::parse(&self.expire, &Rfc3339).ok()
    }
}

impl From<Session> for model::Session {
    fn from(wire: Session) -> Self {
        // A browser's minor version numbers mean nothing to its owner.
        let major = wire.client_version.split('.').next().unwrap_or_default();
        Self {
            id: wire.id,
            created: wire.created_at,
            extended: wire.updated_at,
            by_key: wire.provider == "server",
            provider: wire.provider,
            by_password: wire.factors.contains("password"),
            client: join(&wire.client_name, major),
            os: join(&wire.os_name, &wire.os_version),
            ip: wire.ip,
            country: country(wire.country_name),
            current: wire.current,
            second_step: wire.mfa_updated_at,
        }
    }
}

/// Appwrite says "Unknown" where it doesn't know the country. We say nothing.
fn country(name: String) -> String {
    if name == "Unknown" {
        String::new()
    } else {
        name
    }
}

fn join(name: &str, version: &str) -> String {
    if name.is_empty() || version.is_empty() {
        name.to_owned()
    } else {
        format!("{name} {version}")
    }
}

#[derive(Deserialize)]
pub struct SessionList {
    pub sessions: Vec<Session>,
}

#[derive(Deserialize)]
pub struct Identity {
    #[serde(rename = "$id")]
    id: String,
    #[serde(default, rename = "$createdAt", deserialize_with = "date")]
    created_at: String,
    #[serde(default, rename = "$updatedAt", deserialize_with = "date")]
    updated_at: String,
    #[serde(default, deserialize_with = "or_default")]
    provider: String,
    #[serde(default, rename = "providerEmail", deserialize_with = "or_default")]
    provider_email: String,
}

impl From<Identity> for model::Identity {
    fn from(wire: Identity) -> Self {
        Self {
            id: wire.id,
            provider: wire.provider,
            email: wire.provider_email,
            linked: wire.created_at,
            used: wire.updated_at,
        }
    }
}

#[derive(Deserialize)]
pub struct IdentityList {
    #[serde(default)]
    pub total: usize,
    pub identities: Vec<Identity>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Log {
    event: String,
    #[serde(default, deserialize_with = "date")]
    time: String,
    #[serde(default, deserialize_with = "or_default")]
    ip: String,
    #[serde(default, deserialize_with = "or_default")]
    os_name: String,
    #[serde(default, deserialize_with = "or_default")]
    os_version: String,
    #[serde(default, deserialize_with = "or_default")]
    client_name: String,
    #[serde(default, deserialize_with = "or_default")]
    client_version: String,
    #[serde(default, deserialize_with = "or_default")]
    country_name: String,
}

impl From<Log> for model::Event {
    fn from(wire: Log) -> Self {
        let major = wire.client_version.split('.').next().unwrap_or_default();
        Self {
            name: wire.event,
            time: wire.time,
            client: join(&wire.client_name, major),
            os: join(&wire.os_name, &wire.os_version),
            ip: wire.ip,
            country: country(wire.country_name),
        }
    }
}

#[derive(Deserialize)]
pub struct LogList {
    pub logs: Vec<Log>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Factors {
    #[serde(default)]
    totp: bool,
    #[serde(default)]
    email: bool,
    #[serde(default)]
    phone: bool,
    #[serde(default)]
    recovery_code: bool,
}

impl From<Factors> for model::Factors {
    fn from(wire: Factors) -> Self {
        Self {
            totp: wire.totp,
            email: wire.email,
            phone: wire.phone,
            recovery_code: wire.recovery_code,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodes {
    pub recovery_codes: Vec<String>,
}

/// Any document of which only the ID matters.
#[derive(Deserialize)]
pub struct Id {
    #[serde(rename = "$id")]
    pub id: String,
}

/// Reads `null`, which Appwrite sends for some keys without a value, as the default.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Reads a date as RFC 3339, or as nothing if it's `null`. Appwrite writes some as its database has
/// them, `2027-11-28 07:57:35.722`, and means UTC.
fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let date: String = or_default(deserializer)?;
    Ok(match date.split_once(' ') {
        Some((day, time)) if time.contains(['+', '-', 'Z']) => format!("{day}T{time}"),
        Some((day, time)) => format!("{day}T{time}+00:00"),
        None => date,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_missing_and_unknown_keys_are_taken() {
        let account: Account =
            serde_json::from_str(r#"{"$id":"u1","name":null,"future":[1,2]}"#).unwrap();
        let account = model::Account::from(account);
        assert_eq!(account.id, "u1");
        assert_eq!(account.name, "");
        assert!(!account.email_verified && !account.has_password && account.is_guest());
        assert_eq!(account.preferences, Preferences::default());
    }

    #[test]
    fn a_name_that_nobody_can_see_counts_as_none() {
        for (name, seen) in [
            (r"\u200b", ""),
            (r"\u3164", ""),
            (r"\u0000", ""),
            (r"\u202eadA", "adA"),
            ("Ada", "Ada"),
        ] {
            let json = format!(r#"{{"$id":"u1","name":"{name}"}}"#);
            let account: Account = serde_json::from_str(&json).unwrap();
            assert_eq!(model::Account::from(account).name, seen, "{name}");
        }
    }

    #[test]
    fn a_session_reads_as_people_say_it() {
        let session: Session = serde_json::from_str(
            r#"{"$id":"s1","expire":"2027-01-01T00:00:00.000+00:00","clientName":"Firefox",
                "clientVersion":"140.0","osName":"GNU/Linux","osVersion":"",
                "countryName":"Unknown","current":true}"#,
        )
        .unwrap();
        let session = model::Session::from(session);
        assert_eq!(session.client, "Firefox 140");
        assert_eq!(session.os, "GNU/Linux");
        assert_eq!(session.country, "");
        assert!(session.current);
    }

    #[test]
    fn every_date_is_read_in_both_forms() {
        const READ: &str = "2027-11-28T07:57:35.722+00:00";
        for written in [
            READ,
            "2027-11-28 07:57:35.722",
            "2027-11-28 07:57:35.722+00:00",
        ] {
            let json = |names: &str| {
                let pairs = names
                    .split(' ')
                    .map(|name| format!(r#""{name}":"{written}""#));
                let pairs: Vec<_> = pairs.collect();
                format!(r#"{{"$id":"i","event":"e",{}}}"#, pairs.join(","))
            };
            let session: Session = serde_json::from_str(&json("$createdAt expire")).unwrap();
            assert_eq!(session.expiry().unwrap().unix_timestamp(), 1_827_388_655);
            assert_eq!(model::Session::from(session).created, READ);
            let account: Account = serde_json::from_str(&json("registration")).unwrap();
            assert_eq!(model::Account::from(account).registered, READ);
            let identity: Identity = serde_json::from_str(&json("$createdAt")).unwrap();
            assert_eq!(model::Identity::from(identity).linked, READ);
            let log: Log = serde_json::from_str(&json("time")).unwrap();
            assert_eq!(model::Event::from(log).time, READ);
        }
        for odd in ["", "soon", "2027-11-28"] {
            let json = format!(r#"{{"$id":"i","expire":"{odd}"}}"#);
            let session: Session = serde_json::from_str(&json).unwrap();
            assert_eq!(session.expiry(), None, "{odd:?}");
        }
    }
}
