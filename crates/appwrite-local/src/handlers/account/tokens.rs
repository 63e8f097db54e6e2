//! One-time sign-in tokens.

use rusqlite::Connection;
use time::Duration;
use url::Url;

use super::sessions::LINK_SECRET_BYTES;
use crate::{
    call::Call,
    error::ApiError,
    mail, model,
    platforms::with_query,
    reply::Reply,
    secret,
    store::{IdentityRow, NewUser, TokenKind, TokenRow, UserRow},
};

const CODE_LIFETIME: Duration = Duration::minutes(15);
const LINK_LIFETIME: Duration = Duration::HOUR;

/// The user found for an address, or else a new one with the requested ID.
fn user_of(
    connection: &Connection,
    found: Option<UserRow>,
    new: NewUser,
    limit: u32,
) -> Result<UserRow, ApiError> {
    if let Some(user) = found {
        return Ok(user);
    }
    if let Some(id) = &new.id
        && UserRow::find(connection, id)?.is_some()
    {
        let message = format!(
            "Document with the requested ID '{id}' already exists. Try again with a different ID \
             or use ID.unique() to generate a unique ID."
        );
        return Err(ApiError::with("document_already_exists", 409, message));
    }
    UserRow::create(connection, new, limit)
}

/// `POST /account/tokens/email`: sends a code by email.
pub async fn create_email(call: Call) -> Result<Reply, ApiError> {
    let id = call.params.custom_id("userId")?;
    let email = call.params.email_as_typed("email")?;
    let phrase = phrase(&call)?;
    let limit = call.shared.settings.auth_limit;
    let project = call.shared.settings.name.clone();
    let by_key = call.by_key();
    call.shared
        .store
        .run(move |connection| {
            let found = UserRow::find_by_email(connection, &email)?;
            if found.is_none() && IdentityRow::find_by_email(connection, &email)?.is_some() {
                return Err(ApiError::known("general_bad_request"));
            }
            let new = NewUser {
                id: Some(id),
                email: Some(email.clone()),
                with_targets: true,
                ..NewUser::default()
            };
            let user = user_of(connection, found, new, limit)?;
            let code = secret::digits(6);
            let token =
                TokenRow::create(connection, &user.id, TokenKind::Email, &code, CODE_LIFETIME)?;
            mail::otp(&project, &email, &code, &phrase).save(connection)?;
            let shown = if by_key { code.as_str() } else { "" };
            Ok(Reply::created(model::token(&token, shown, &phrase)).logged_for(user.id))
        })
        .await
}

/// `POST /account/tokens/magic-url`: sends a link by email.
pub async fn create_magic_url(call: Call) -> Result<Reply, ApiError> {
    let id = call.params.custom_id("userId")?;
    let email = call.params.email_as_typed("email")?;
    let url = call
        .params
        .optional_redirect("url", &call.shared.platforms)?;
    let phrase = phrase(&call)?;
    let url = match url {
        Some(url) => url,
        None => Url::parse(&format!("{}/console/auth/magic-url", call.origin))
            .map_err(|_| ApiError::invalid("url", "Invalid URI."))?,
    };
    let limit = call.shared.settings.auth_limit;
    let (name, project) = (
        call.shared.settings.name.clone(),
        call.shared.project.clone(),
    );
    let by_key = call.by_key();
    call.shared
        .store
        .run(move |connection| {
            let found = UserRow::find_by_email(connection, &email)?;
            if found.is_none() && IdentityRow::find_by_email(connection, &email)?.is_some() {
                return Err(ApiError::known("user_email_already_exists"));
            }
            let new = NewUser {
                id: Some(id),
                email: Some(email.clone()),
                ..NewUser::default()
            };
            let user = user_of(connection, found, new, limit)?;
            let secret = secret::hex(LINK_SECRET_BYTES);
            let token = TokenRow::create(
                connection,
                &user.id,
                TokenKind::MagicUrl,
                &secret,
                LINK_LIFETIME,
            )?;
            let link = with_query(
                url,
                &[
                    ("userId", &user.id),
                    ("secret", &secret),
                    ("expire", &token.expire),
                    ("project", &project),
                ],
            );
            mail::magic_url(&name, &email, &link, &phrase).save(connection)?;
            let shown = if by_key { secret.as_str() } else { "" };
            Ok(Reply::created(model::token(&token, shown, &phrase)).logged_for(user.id))
        })
        .await
}

/// `POST /account/tokens/phone`: sends a code by text message.
pub async fn create_phone(call: Call) -> Result<Reply, ApiError> {
    let id = call.params.custom_id("userId")?;
    let phone = call.params.phone("phone")?;
    let limit = call.shared.settings.auth_limit;
    let by_key = call.by_key();
    let mock = call.shared.settings.mock_otp(&phone).map(str::to_owned);
    call.shared
        .store
        .run(move |connection| {
            let found = UserRow::find_by_phone(connection, &phone)?;
            let new = NewUser {
                id: Some(id),
                phone: Some(phone.clone()),
                with_targets: true,
                ..NewUser::default()
            };
            let user = user_of(connection, found, new, limit)?;
            let code = text_code(connection, &phone, mock)?;
            let token =
                TokenRow::create(connection, &user.id, TokenKind::Phone, &code, CODE_LIFETIME)?;
            // Appwrite shows a key the code in this encoding.
            let shown = if by_key {
                secret::encode_session(&user.id, &code)
            } else {
                String::new()
            };
            Ok(Reply::created(model::token(&token, &shown, "")).logged_for(user.id))
        })
        .await
}

/// A code for a phone number. It's sent as a text message, unless `mock` is the number's fixed
/// code.
pub fn text_code(
    connection: &Connection,
    phone: &str,
    mock: Option<String>,
) -> Result<String, ApiError> {
    match mock {
        Some(code) => Ok(code),
        None => {
            let code = secret::digits(6);
            mail::sms(phone, &code).save(connection)?;
            Ok(code)
        }
    }
}

/// The security phrase, if the app asked for one.
fn phrase(call: &Call) -> Result<String, ApiError> {
    Ok(if call.params.boolean_or("phrase", false)? {
        secret::phrase()
    } else {
        String::new()
    })
}
