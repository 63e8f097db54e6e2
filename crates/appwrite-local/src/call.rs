//! What a handler knows about the request it answers.

use std::sync::Arc;

use crate::{
    caller::{Caller, SignedIn},
    error::ApiError,
    params::{Params, uid},
    shared::Shared,
    store::SessionRow,
    user_agent::Device,
};

/// A request that has passed every check.
pub struct Call {
    /// What all requests share.
    pub shared: Arc<Shared>,
    /// Who calls.
    pub caller: Caller,
    /// The parameters of the query or the body.
    pub params: Params,
    /// The parameters of the path.
    pub path: PathParams,
    /// Where the request was sent: `http://localhost:9080`.
    pub origin: String,
    /// The caller's address.
    pub ip: String,
    /// The caller's device, according to the user agent.
    pub device: Device,
    /// The language the request asks for; empty for the default.
    pub locale: String,
}

impl Call {
    /// The signed-in user. A route whose scope only users have always has one.
    pub fn signed_in(&self) -> Result<SignedIn, ApiError> {
        self.caller
            .signed_in
            .clone()
            .ok_or_else(|| ApiError::known("user_unauthorized"))
    }

    /// The request's session. A JSON web token comes without one.
    pub fn session(&self) -> Result<SessionRow, ApiError> {
        let signed_in = self.caller.signed_in.as_ref();
        signed_in
            .and_then(|signed_in| signed_in.session.clone())
            .ok_or_else(|| ApiError::known("user_session_not_found"))
    }

    /// Whether an API key makes the call. Keys may see secrets.
    pub fn by_key(&self) -> bool {
        self.caller.key.is_some()
    }

    /// The ID in the path at this `:name`.
    pub fn id(&self, name: &str) -> Result<String, ApiError> {
        uid(name, self.path.get(name))
    }
}

/// The values in a path at each `:name` of its route, percent-decoded.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PathParams(pub Vec<(String, String)>);

impl PathParams {
    /// The value at this `:name`. Empty if the route has no such name.
    pub fn get(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }
}
