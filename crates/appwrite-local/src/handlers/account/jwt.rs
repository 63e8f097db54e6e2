//! JSON web tokens for the caller.

use serde_json::json;

use crate::{call::Call, error::ApiError, reply::Reply};

/// `POST /account/jwts`: a JSON web token that stands for the request's session.
pub async fn create(call: Call) -> Result<Reply, ApiError> {
    let duration = call.params.number_or("duration", 0..=3600, 900)?;
    let session = call.session()?;
    let payload = json!({ "userId": session.user_id, "sessionId": session.id });
    let jwt = call.shared.signer.sign(payload, duration);
    Ok(Reply::created(json!({ "jwt": jwt })))
}
