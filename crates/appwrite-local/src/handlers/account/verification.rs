//! Verifying the caller's addresses.

use time::Duration;

use super::tokens::text_code;
use crate::{
    call::Call,
    error::ApiError,
    mail, model,
    platforms::with_query,
    reply::Reply,
    secret,
    store::{TokenKind, TokenRow, UserRow},
};

const LIFETIME: Duration = Duration::HOUR;

/// `POST /account/verifications/email`: sends a link to the caller's email address.
pub async fn create_email(call: Call) -> Result<Reply, ApiError> {
    let url = call.params.redirect("url", &call.shared.platforms)?;
    let user = call.signed_in()?.user;
    let email = user
        .email()
        .map(str::to_owned)
        .ok_or_else(|| ApiError::known("user_email_not_found"))?;
    if user.email_verification {
        return Err(ApiError::known("user_email_already_verified"));
    }
    let project = call.shared.settings.name.clone();
    let by_key = call.by_key();
    call.shared
        .store
        .run(move |connection| {
            let secret = secret::hex(128);
            let kind = TokenKind::Verification;
            let token = TokenRow::create(connection, &user.id, kind, &secret, LIFETIME)?;
            let link = with_query(
                url,
                &[
                    ("userId", &user.id),
                    ("secret", &secret),
                    ("expire", &token.expire),
                ],
            );
            mail::verification(&project, &email, &user.name, &link).save(connection)?;
            let shown = if by_key { secret.as_str() } else { "" };
            Ok(Reply::created(model::token(&token, shown, "")))
        })
        .await
}

/// `PUT /account/verifications/email`: completes it with the secret from the link.
pub async fn update_email(call: Call) -> Result<Reply, ApiError> {
    verify(call, TokenKind::Verification, |user| {
        user.email_verification = true
    })
    .await
}

/// `POST /account/verifications/phone`: sends a code to the caller's phone.
pub async fn create_phone(call: Call) -> Result<Reply, ApiError> {
    let user = call.signed_in()?.user;
    let phone = user
        .phone
        .clone()
        .ok_or_else(|| ApiError::known("user_phone_not_found"))?;
    if user.phone_verification {
        return Err(ApiError::known("user_phone_already_verified"));
    }
    let mock = call.shared.settings.mock_otp(&phone).map(str::to_owned);
    call.shared
        .store
        .run(move |connection| {
            let code = text_code(connection, &phone, mock)?;
            let kind = TokenKind::PhoneVerification;
            let token = TokenRow::create(connection, &user.id, kind, &code, LIFETIME)?;
            Ok(Reply::created(model::token(&token, "", "")))
        })
        .await
}

/// `PUT /account/verifications/phone`: completes it with the code.
pub async fn update_phone(call: Call) -> Result<Reply, ApiError> {
    let kind = TokenKind::PhoneVerification;
    verify(call, kind, |user| user.phone_verification = true).await
}

async fn verify(call: Call, kind: TokenKind, work: fn(&mut UserRow)) -> Result<Reply, ApiError> {
    let user_id = call.params.uid("userId")?;
    let secret = call.params.text("secret", 256)?;
    call.shared
        .store
        .run(move |connection| {
            let mut user = UserRow::find(connection, &user_id)?
                .ok_or_else(|| ApiError::known("user_not_found"))?;
            let token = TokenRow::redeem(connection, &user.id, &secret, &[kind])?
                .ok_or_else(|| ApiError::known("user_invalid_token"))?;
            work(&mut user);
            user.save(connection)?;
            Ok(Reply::ok(model::token(&token, "", "")).logged_for(user.id))
        })
        .await
}
