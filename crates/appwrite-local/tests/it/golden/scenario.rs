//! The format of the scenario files.

use std::collections::BTreeMap;

use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

/// A story of requests. A key that is not here is an error, so nothing is left out unnoticed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    pub id: String,
    pub group: String,
    pub title: String,
    /// Users that are there before the first step, by the name that templates call them.
    #[serde(default)]
    pub users: BTreeMap<String, GivenUser>,
    #[serde(default)]
    needs: Vec<Need>,
    pub steps: Vec<Step>,
}

impl Scenario {
    /// Whether it's about rate limits, which are off for all the others.
    pub fn needs_limits(&self) -> bool {
        self.needs.contains(&Need::Limits)
    }
}

/// What a scenario needs of the server. The local one has it all.
#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Need {
    Limits,
    Mail,
    OauthMock,
}

/// A user made before the first step.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenUser {
    /// Whether they're signed in, too.
    #[serde(default = "yes")]
    pub session: bool,
}

fn yes() -> bool {
    true
}

/// One step: a request, a mail to wait for, or users to delete.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub id: String,
    #[serde(default)]
    pub note: String,
    /// The group it counts for, if not the scenario's.
    pub group: Option<String>,
    pub request: Option<Request>,
    pub expect: Option<Expected>,
    pub mail: Option<ExpectedMail>,
    /// Deletes the users who hold this address: an attribute and its value.
    pub purge: Option<BTreeMap<String, String>>,
    /// Sends the request again until the answer is there.
    pub until: Option<Until>,
    /// Variables to set, and where in the answer their values are.
    #[serde(default)]
    pub capture: BTreeMap<String, String>,
    /// Appwrite's own bug, which nobody has to have.
    #[serde(default)]
    quirk: bool,
    #[serde(default)]
    unscored: bool,
    // These tell a recorder what to write down.
    #[serde(rename = "check")]
    _check: Option<IgnoredAny>,
    #[serde(rename = "loose")]
    _loose: Option<IgnoredAny>,
    #[serde(rename = "nobody")]
    _nobody: Option<IgnoredAny>,
    #[serde(rename = "limits")]
    _limits: Option<IgnoredAny>,
}

impl Step {
    /// Whether the answer has to match.
    pub fn is_scored(&self) -> bool {
        self.purge.is_none() && !self.quirk && !self.unscored
    }
}

/// What is sent.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// Who sends it: `none`, `guest`, `key`, `user:A`, `session:variable` or `jwt:variable`.
    #[serde(rename = "as", default = "guest")]
    pub caller: String,
    /// The SDK whose headers it carries.
    pub sdk: Option<String>,
    pub method: String,
    /// Below the endpoint.
    pub path: String,
    #[serde(default)]
    pub query: Vec<(String, Value)>,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub body: Option<Value>,
    pub form: Option<Vec<(String, String)>>,
    pub raw: Option<String>,
}

fn guest() -> String {
    "guest".to_owned()
}

/// What is answered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    pub status: u16,
    /// Only those that matter.
    #[serde(default)]
    pub headers: BTreeMap<String, Value>,
    pub body: Value,
}

/// A mail that is expected.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedMail {
    pub to: String,
    #[serde(default)]
    pub contains: String,
    /// Variables to set, and the regular expressions that find their values.
    #[serde(default)]
    pub capture: BTreeMap<String, String>,
    /// What it must contain.
    #[serde(default)]
    pub has: Vec<String>,
}

/// When a repeated request has its answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Until {
    pub pointer: String,
    pub equals: Value,
    // How patient a recorder is.
    #[serde(rename = "tries")]
    _tries: Option<IgnoredAny>,
    #[serde(rename = "delay")]
    _delay: Option<IgnoredAny>,
}
