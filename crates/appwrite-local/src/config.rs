//! What a local Appwrite is told at start.

use std::{net::SocketAddr, path::PathBuf};

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::settings::Settings;

/// How to run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one.
    pub addr: SocketAddr,
    /// Where the data is kept.
    pub data: Data,
    /// ID of the one project.
    pub project: String,
    /// API keys. Without any, one with every scope is made once and kept with the data.
    pub keys: Vec<Key>,
    /// Hostnames of web platforms, besides `localhost`: their origins may call from a browser, and
    /// links may lead to them.
    pub platforms: Vec<String>,
    /// What hashing a password costs.
    pub password_cost: PasswordCost,
    /// Whether Appwrite's rate limits are enforced.
    pub limits: bool,
    /// The project's settings.
    pub settings: Settings,
    /// Users to make at start, if they are not there yet.
    pub seed: Vec<SeedUser>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: Data::Ephemeral,
            project: "local".to_owned(),
            keys: Vec::new(),
            platforms: Vec::new(),
            password_cost: PasswordCost::Appwrite,
            limits: false,
            settings: Settings::default(),
            seed: Vec::new(),
        }
    }
}

/// Where the data is kept.
#[derive(Clone, Debug)]
pub enum Data {
    /// In memory; gone with the server.
    Ephemeral,
    /// In this folder. It is made if it is not there, with the folders above it.
    Folder(PathBuf),
}

/// An API key.
#[derive(Clone)]
pub struct Key {
    /// For people.
    pub name: String,
    /// What `X-Appwrite-Key` carries.
    pub secret: String,
    /// What it may do; empty means everything.
    pub scopes: Vec<String>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key")
            .field("name", &self.name)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// What hashing a password costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordCost {
    /// As much as with Appwrite: 64 MiB and some tenths of a second.
    Appwrite,
    /// As little as the algorithm allows, for tests that make many accounts.
    Least,
}

/// A user to be made at start: an entry of the file that `--seed` names. Names are those of
/// `POST /v1/users` and of the user model.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedUser {
    /// Made up when it is not given.
    pub user_id: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number, `+` and digits.
    pub phone: Option<String>,
    /// In clear text.
    pub password: Option<SecretString>,
    /// Display name.
    pub name: String,
    /// Labels.
    pub labels: Vec<String>,
    /// Preferences.
    pub prefs: Map<String, Value>,
    /// Whether the e-mail address counts as verified.
    pub email_verification: bool,
    /// Whether the phone number counts as verified.
    pub phone_verification: bool,
}
