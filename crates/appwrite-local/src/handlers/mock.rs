//! Appwrite's mock OAuth2 provider, which always consents.

use axum::http::StatusCode;
use serde_json::{Value, json};
use url::Url;

use crate::{
    call::Call, error::ApiError, oauth2::TOKEN_SECONDS, platforms::with_query, reply::Reply,
};

/// `GET /mock/tests/general/oauth2`: redirects back with a code.
pub async fn oauth2(call: Call) -> Result<Reply, ApiError> {
    let invalid = || ApiError::known("general_mock");
    let url = Url::parse(call.params.raw("redirect_uri")).map_err(|_| invalid())?;
    let host = url.host_str().unwrap_or_default();
    if !call.shared.platforms.has(host) {
        return Err(invalid());
    }
    let state = call.params.raw("state");
    Ok(Reply::redirect(with_query(
        url,
        &[("code", "abcdef"), ("state", state)],
    )))
}

/// `GET /mock/tests/general/oauth2/token`: the tokens in exchange for the code.
pub async fn token(_: Call) -> Result<Reply, ApiError> {
    Ok(Reply::ok(json!({
        "access_token": "123456",
        "refresh_token": "tuvwxyz",
        "expires_in": TOKEN_SECONDS,
    })))
}

fn person(id: u8, email: &str, verified: bool) -> Value {
    json!({ "id": id, "name": "User Name", "email": email, "verified": verified })
}

/// `GET /mock/tests/general/oauth2/user`
pub async fn user(_: Call) -> Result<Reply, ApiError> {
    Ok(Reply::ok(person(1, "useroauth@localhost.test", true)))
}

/// `GET /mock/tests/general/oauth2/user-unverified`
pub async fn user_unverified(_: Call) -> Result<Reply, ApiError> {
    Ok(Reply::ok(person(
        2,
        "useroauthunverified@localhost.test",
        false,
    )))
}

/// `GET /mock/tests/general/oauth2/success`
pub async fn success(_: Call) -> Result<Reply, ApiError> {
    Ok(Reply::ok(json!({ "result": "success" })))
}

/// `GET /mock/tests/general/oauth2/failure`
pub async fn failure(_: Call) -> Result<Reply, ApiError> {
    Ok(Reply::json(
        StatusCode::BAD_REQUEST,
        json!({ "result": "failure" }),
    ))
}
