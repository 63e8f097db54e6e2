//! The caller's second factors.

use serde_json::json;

use super::{
    current::{account, reload},
    tokens::text_code,
};
use crate::{
    call::Call,
    error::ApiError,
    factor::Factor,
    handlers::second_factor::{
        Authenticator, codes_reply, factors, new_recovery_codes, remove_authenticator,
        replace_recovery_codes,
    },
    mail, model,
    params::one_of,
    reply::Reply,
    secret,
    store::{ChallengeRow, SessionRow, UserRow},
    timestamp, totp,
};

/// `PATCH /account/mfa`: turns the second factor at sign-in on or off.
pub async fn update(call: Call) -> Result<Reply, ApiError> {
    let mfa = call.params.boolean("mfa")?;
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .run(move |connection| {
            let mut signed_in = reload(connection, signed_in)?;
            signed_in.user.mfa = mfa;
            signed_in.user.save(connection)?;
            if mfa && let Some(session) = &mut signed_in.session {
                // In this session, the factors that the user has now count as shown.
                session.add_factors(connection, &signed_in.user.verified_factors())?;
            }
            account(connection, &signed_in)
        })
        .await
}

/// `GET /account/mfa/factors`: the factors the caller can use.
pub async fn list_factors(call: Call) -> Result<Reply, ApiError> {
    Ok(Reply::ok(factors(&call.signed_in()?.user, true)))
}

/// `POST /account/mfa/authenticators/:type`: creates a secret for an authenticator app.
pub async fn create_authenticator(call: Call) -> Result<Reply, ApiError> {
    one_of::<Authenticator>("type", call.path.get("type"))?;
    let signed_in = call.signed_in()?;
    let issuer = call.shared.settings.name.clone();
    call.shared
        .store
        .run(move |connection| {
            let mut user = reload(connection, signed_in)?.user;
            if user.totp_verified {
                return Err(ApiError::known("user_authenticator_already_verified"));
            }
            let secret = totp::secret();
            let label = user.email.as_deref().unwrap_or_default();
            let uri = totp::uri(&secret, &issuer, label);
            user.totp = Some(secret.clone());
            user.save(connection)?;
            Ok(Reply::ok(json!({ "secret": secret, "uri": uri })))
        })
        .await
}

/// `PUT /account/mfa/authenticators/:type`: confirms the app with its first code.
pub async fn update_authenticator(call: Call) -> Result<Reply, ApiError> {
    one_of::<Authenticator>("type", call.path.get("type"))?;
    let otp = call.params.text("otp", 256)?;
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .run(move |connection| {
            let mut signed_in = reload(connection, signed_in)?;
            let user = &mut signed_in.user;
            let secret = user
                .totp
                .as_deref()
                .ok_or_else(|| ApiError::known("user_authenticator_not_found"))?;
            if user.totp_verified {
                return Err(ApiError::known("user_authenticator_already_verified"));
            }
            if !totp::is_code(secret, &otp) {
                return Err(ApiError::known("user_invalid_token"));
            }
            user.totp_verified = true;
            signed_in.user.save(connection)?;
            if let Some(session) = &mut signed_in.session {
                session.add_factors(connection, &[Factor::Totp])?;
            }
            account(connection, &signed_in)
        })
        .await
}

/// `DELETE /account/mfa/authenticators/:type`: removes the app.
pub async fn delete_authenticator(call: Call) -> Result<Reply, ApiError> {
    one_of::<Authenticator>("type", call.path.get("type"))?;
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .run(move |connection| {
            let mut user = reload(connection, signed_in)?.user;
            remove_authenticator(connection, &mut user)
        })
        .await
}

/// `POST /account/mfa/recovery-codes`: creates codes to write down in case the app is lost.
pub async fn create_recovery_codes(call: Call) -> Result<Reply, ApiError> {
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .run(move |connection| {
            let mut user = reload(connection, signed_in)?.user;
            if !user.recovery_codes.is_empty() {
                return Err(ApiError::known("user_recovery_codes_already_exists"));
            }
            user.recovery_codes = new_recovery_codes();
            user.save(connection)?;
            Ok(Reply::created(
                json!({ "recoveryCodes": user.recovery_codes }),
            ))
        })
        .await
}

/// `GET /account/mfa/recovery-codes`: the codes that haven't been used.
pub async fn get_recovery_codes(call: Call) -> Result<Reply, ApiError> {
    let codes = call.signed_in()?.user.recovery_codes;
    if codes.is_empty() {
        return Err(ApiError::known("user_recovery_codes_not_found"));
    }
    Ok(codes_reply(&codes))
}

/// `PATCH /account/mfa/recovery-codes`: replaces them with new ones.
pub async fn update_recovery_codes(call: Call) -> Result<Reply, ApiError> {
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .run(move |connection| {
            let mut user = reload(connection, signed_in)?.user;
            replace_recovery_codes(connection, &mut user)
        })
        .await
}

/// `POST /account/mfa/challenges`: asks for a factor, and sends a code if it takes one.
pub async fn create_challenge(call: Call) -> Result<Reply, ApiError> {
    // Appwrite takes the name in any case, but then knows no factor of that name: it sends nothing,
    // and no code is right.
    let name = call.params.name_of::<Factor>("factor")?;
    let factor = name.parse().ok();
    let user = call.signed_in()?.user;
    match factor {
        Some(Factor::Email) if user.email().is_none() => {
            return Err(ApiError::known("user_email_not_found"));
        }
        Some(Factor::Email) if !user.email_verification => {
            return Err(ApiError::known("user_email_not_verified"));
        }
        Some(Factor::Phone) if user.phone.is_none() => {
            return Err(ApiError::known("user_phone_not_found"));
        }
        Some(Factor::Phone) if !user.phone_verification => {
            return Err(ApiError::known("user_phone_not_verified"));
        }
        _ => {}
    }
    let settings = &call.shared.settings;
    let project = settings.name.clone();
    let phone = user.phone.clone().unwrap_or_default();
    let mock = settings.mock_otp(&phone).map(str::to_owned);
    call.shared
        .store
        .run(move |connection| {
            let code = match (factor, user.email()) {
                (Some(Factor::Email), Some(email)) => {
                    let code = secret::digits(6);
                    mail::challenge(&project, email, &user.name, &code).save(connection)?;
                    code
                }
                (Some(Factor::Phone), _) => text_code(connection, &phone, mock)?,
                _ => String::new(),
            };
            let challenge = ChallengeRow::create(connection, &user.id, &name, &code)?;
            Ok(Reply::created(model::challenge(&challenge)))
        })
        .await
}

/// `PUT /account/mfa/challenges`: answers a challenge.
pub async fn update_challenge(call: Call) -> Result<Reply, ApiError> {
    let challenge_id = call.params.text("challengeId", 256)?;
    let otp = call.params.text("otp", 256)?;
    let user_id = call.signed_in()?.user.id;
    let session = call.session()?;
    call.shared
        .store
        .run(move |connection| {
            let wrong = || ApiError::known("user_invalid_token");
            // Read again inside the transaction, so that a recovery code can't be used twice.
            let mut user = UserRow::find(connection, &user_id)?.ok_or_else(wrong)?;
            let mut session =
                SessionRow::find(connection, &user_id, &session.id)?.ok_or_else(wrong)?;
            let challenge =
                ChallengeRow::find(connection, &user_id, &challenge_id)?.ok_or_else(wrong)?;
            let factor = challenge.factor.parse().map_err(|_| wrong())?;
            let right = match factor {
                // Appwrite accepts the code of an app that hasn't been confirmed, too.
                Factor::Totp => user
                    .totp
                    .as_deref()
                    .is_some_and(|secret| totp::is_code(secret, &otp)),
                Factor::RecoveryCode => {
                    let before = user.recovery_codes.len();
                    user.recovery_codes.retain(|code| *code != otp);
                    user.recovery_codes.len() < before
                }
                _ => challenge.code == otp,
            };
            if !right {
                return Err(wrong());
            }
            user.save(connection)?;
            challenge.delete(connection)?;
            session.mfa_updated = timestamp::now();
            session.add_factors(connection, &[factor])?;
            let dates = ["mfaUpdatedAt"];
            Ok(Reply::ok(model::changed_session(&session, &dates)))
        })
        .await
}
