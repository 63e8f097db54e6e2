//! Recovering an account whose password was forgotten.

use time::Duration;

use crate::{
    call::Call,
    error::ApiError,
    mail, model,
    password::policy::{self, PersonalData},
    platforms::with_query,
    reply::Reply,
    secret,
    store::{SessionRow, TokenKind, TokenRow, UserRow},
};

/// `POST /account/recovery`: sends a link by email.
pub async fn create(call: Call) -> Result<Reply, ApiError> {
    let email = call.params.email("email")?;
    let url = call.params.redirect("url", &call.shared.platforms)?;
    let project = call.shared.settings.name.clone();
    let by_key = call.by_key();
    call.shared
        .store
        .run(move |connection| {
            let user = UserRow::find_by_email(connection, &email)?
                .ok_or_else(|| ApiError::known("user_not_found"))?;
            if !user.status {
                return Err(ApiError::known("user_blocked"));
            }
            let secret = secret::hex(128);
            let lifetime = Duration::HOUR;
            let token =
                TokenRow::create(connection, &user.id, TokenKind::Recovery, &secret, lifetime)?;
            let link = with_query(
                url,
                &[
                    ("userId", &user.id),
                    ("secret", &secret),
                    ("expire", &token.expire),
                ],
            );
            mail::recovery(&project, &email, &user.name, &link).save(connection)?;
            let shown = if by_key { secret.as_str() } else { "" };
            Ok(Reply::created(model::token(&token, shown, "")).logged_for(user.id))
        })
        .await
}

/// `PUT /account/recovery`: sets the new password.
pub async fn update(call: Call) -> Result<Reply, ApiError> {
    let user_id = call.params.uid("userId")?;
    let secret = call.params.text("secret", 256)?;
    let password = call.params.password("password")?;
    let settings = &call.shared.settings;
    policy::check_dictionary(settings, "password", &password)?;
    let (id, sent) = (user_id.clone(), secret.clone());
    let user = call
        .shared
        .store
        .run(move |connection| {
            let user =
                UserRow::find(connection, &id)?.ok_or_else(|| ApiError::known("user_not_found"))?;
            // Only whoever has the link learns anything of earlier passwords.
            TokenRow::find(connection, &user.id, &sent, &[TokenKind::Recovery])?
                .ok_or_else(|| ApiError::known("user_invalid_token"))?;
            Ok(user)
        })
        .await?;
    let passwords = &call.shared.passwords;
    if passwords
        .verify_any(&password, &user.password_history)
        .await?
    {
        return Err(ApiError::known("password_recently_used"));
    }
    policy::check_personal(settings, &password, &PersonalData::from(&user))?;
    let hashed = passwords.hash(password).await?;
    let (history, invalidate) = (
        settings.auth_password_history,
        settings.auth_invalidate_sessions,
    );
    call.shared
        .store
        .run(move |connection| {
            let mut user = UserRow::find(connection, &user_id)?
                .ok_or_else(|| ApiError::known("user_not_found"))?;
            let token = TokenRow::redeem(connection, &user.id, &secret, &[TokenKind::Recovery])?
                .ok_or_else(|| ApiError::known("user_invalid_token"))?;
            user.set_password(hashed, history);
            // Whoever can read the email owns the address.
            user.email_verification = true;
            user.save(connection)?;
            if invalidate {
                SessionRow::delete_all(connection, &user.id, None)?;
            }
            Ok(Reply::ok(model::token(&token, "", "")).logged_for(user.id))
        })
        .await
}
