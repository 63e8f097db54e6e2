//! The second factor, as far as account and users routes share it.

use rusqlite::Connection;
use serde_json::{Value, json};
use strum::{EnumString, VariantNames};

use crate::{error::ApiError, factor::Factor, reply::Reply, secret, store::UserRow};

/// The kinds of authenticator. There is just one.
#[derive(EnumString, VariantNames)]
#[strum(serialize_all = "lowercase")]
pub enum Authenticator {
    Totp,
}

/// How many recovery codes a user gets.
const RECOVERY_CODES: usize = 6;

/// New recovery codes.
pub fn new_recovery_codes() -> Vec<String> {
    (0..RECOVERY_CODES).map(|_| secret::hex(5)).collect()
}

/// `mfaFactors`.
pub fn factors(user: &UserRow, recovery_codes: bool) -> Value {
    let verified = user.verified_factors();
    json!({
        "totp": verified.contains(&Factor::Totp),
        "phone": verified.contains(&Factor::Phone),
        "email": verified.contains(&Factor::Email),
        "recoveryCode": recovery_codes && !user.recovery_codes.is_empty(),
    })
}

/// 200 with recovery codes.
pub fn codes_reply(codes: &[String]) -> Reply {
    Reply::ok(json!({ "recoveryCodes": codes }))
}

/// Removes the user's authenticator and replies with 204. A 404 if there is none.
pub fn remove_authenticator(
    connection: &Connection,
    user: &mut UserRow,
) -> Result<Reply, ApiError> {
    if user.totp.take().is_none() {
        return Err(ApiError::known("user_authenticator_not_found"));
    }
    user.totp_verified = false;
    user.save(connection)?;
    Ok(Reply::no_content())
}

/// Replaces the user's recovery codes and replies with the new ones. A 404 if there are none.
pub fn replace_recovery_codes(
    connection: &Connection,
    user: &mut UserRow,
) -> Result<Reply, ApiError> {
    if user.recovery_codes.is_empty() {
        return Err(ApiError::known("user_recovery_codes_not_found"));
    }
    user.recovery_codes = new_recovery_codes();
    user.save(connection)?;
    Ok(codes_reply(&user.recovery_codes))
}
