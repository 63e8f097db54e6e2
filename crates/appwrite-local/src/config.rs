//! The configuration of a local Appwrite.

use std::{net::SocketAddr, path::PathBuf};

use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{settings::Settings, tables::ProjectFile};

/// How to run.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one.
    pub addr: SocketAddr,
    /// Where the data is kept.
    pub data: Data,
    /// ID of the one project.
    pub project: String,
    /// API keys. If there are none, one with every scope is made once and stored with the data.
    pub keys: Vec<Key>,
    /// Hostnames of web platforms, besides `localhost`. Their pages may call from a browser, and
    /// links may lead to them.
    pub platforms: Vec<String>,
    /// What hashing a password costs.
    pub password_cost: PasswordCost,
    /// Whether Appwrite's rate limits are enforced.
    pub limits: bool,
    /// The project's settings.
    pub settings: Settings,
    /// Users to create at start, if they don't exist yet.
    pub seed: Vec<SeedUser>,
    /// Databases and tables to create or change at start.
    pub schema: Option<ProjectFile>,
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
            schema: None,
        }
    }
}

/// Where the data is kept.
#[derive(Clone, Debug)]
pub enum Data {
    /// In memory, gone with the server.
    Ephemeral,
    /// In this folder, which is created if necessary, along with its parents.
    Folder(PathBuf),
}

/// An API key.
#[derive(Clone)]
pub struct Key {
    /// A name for people to read.
    pub name: String,
    /// What `X-Appwrite-Key` carries.
    pub secret: String,
    /// What it may do. Empty means everything.
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
    /// As much as with Appwrite: 64 MiB and a few tenths of a second.
    Appwrite,
    /// As little as the algorithm allows, for tests that create many accounts.
    Least,
}

/// A user to create at start: an entry in the `--seed` file. Fields have the names that `POST
/// /v1/users` and the user model use.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct SeedUser {
    /// Made up if missing.
    pub user_id: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Phone number, `+` and digits.
    pub phone: Option<String>,
    /// In clear text, to be hashed.
    pub password: Option<SecretString>,
    /// Display name.
    pub name: String,
    /// Labels.
    pub labels: Vec<String>,
    /// Preferences.
    pub prefs: Map<String, Value>,
    /// Whether the email address counts as verified.
    pub email_verification: bool,
    /// Whether the phone number counts as verified.
    pub phone_verification: bool,
}
