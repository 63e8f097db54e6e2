//! A user's second factors.

use serde_json::json;

use super::found::{self, find};
use crate::{
    call::Call,
    error::ApiError,
    handlers::second_factor::{self, Authenticator},
    model,
    params::one_of,
    reply::Reply,
    store::ChallengeRow,
};

/// `PATCH /users/:userId/mfa`: turns the second factor at sign-in on or off.
pub async fn update(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let wanted = call.params.boolean("mfa")?;
    call.shared
        .store
        .run(move |connection| {
            let mut row = find(connection, &id)?;
            row.mfa = wanted;
            row.save(connection)?;
            found::reply(connection, &row)
        })
        .await
}

/// `GET /users/:userId/mfa/factors`. Appwrite doesn't count recovery codes here.
pub async fn list_factors(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .run(move |connection| {
            Ok(Reply::ok(second_factor::factors(
                &find(connection, &id)?,
                false,
            )))
        })
        .await
}

/// `DELETE /users/:userId/mfa/authenticators/:type`
pub async fn delete_authenticator(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    one_of::<Authenticator>("type", call.path.get("type"))?;
    call.shared
        .store
        .run(move |connection| {
            let mut user = find(connection, &id)?;
            second_factor::remove_authenticator(connection, &mut user)
        })
        .await
}

/// `GET /users/:userId/mfa/challenges/:challengeId`: a challenge, including its code.
pub async fn get_challenge(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let challenge_id = call.id("challengeId")?;
    call.shared
        .store
        .run(move |connection| {
            let id = find(connection, &id)?.id;
            let challenge = ChallengeRow::find(connection, &id, &challenge_id)?
                .ok_or_else(|| ApiError::known("user_invalid_token"))?;
            let mut answer = model::challenge(&challenge);
            answer["code"] = challenge.code.into();
            Ok(Reply::ok(answer))
        })
        .await
}

/// `GET /users/:userId/mfa/recovery-codes`
pub async fn get_recovery_codes(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .run(move |connection| {
            let codes = find(connection, &id)?.recovery_codes;
            if codes.is_empty() {
                return Err(ApiError::known("user_recovery_codes_not_found"));
            }
            Ok(second_factor::codes_reply(&codes))
        })
        .await
}

/// `PATCH /users/:userId/mfa/recovery-codes`: creates the first set.
pub async fn create_recovery_codes(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .run(move |connection| {
            let mut user = find(connection, &id)?;
            if !user.recovery_codes.is_empty() {
                return Err(ApiError::known("user_recovery_codes_already_exists"));
            }
            user.recovery_codes = second_factor::new_recovery_codes();
            user.save(connection)?;
            Ok(Reply::created(
                json!({ "recoveryCodes": user.recovery_codes }),
            ))
        })
        .await
}

/// `PUT /users/:userId/mfa/recovery-codes`: replaces them with new ones.
pub async fn update_recovery_codes(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .run(move |connection| {
            let mut user = find(connection, &id)?;
            second_factor::replace_recovery_codes(connection, &mut user)
        })
        .await
}
