//! Appwrite's response models.

use serde_json::{Map, Value, json};
use time::{OffsetDateTime, macros::format_description};

use crate::{
    agent::Device,
    secret,
    store::{SessionRow, TargetRow, UserRow},
};

/// A date as Appwrite writes it: `2026-08-21T12:00:00.000+00:00`.
pub fn date(at: OffsetDateTime) -> String {
    at.format(format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]+00:00"
    ))
    .unwrap_or_default()
}

/// The date now.
pub fn now() -> String {
    date(OffsetDateTime::now_utc())
}

/// `account`: a user as they see themselves.
pub fn account(user: &UserRow, targets: &[TargetRow]) -> Value {
    Value::Object(account_fields(user, targets))
}

fn account_fields(user: &UserRow, targets: &[TargetRow]) -> Map<String, Value> {
    let Value::Object(fields) = json!({
        "$id": user.id,
        "$createdAt": user.created,
        "$updatedAt": user.updated,
        "name": user.name,
        "registration": user.registration,
        "status": user.status,
        "labels": user.labels,
        "passwordUpdate": user.password_update,
        "email": user.email.as_deref().unwrap_or_default(),
        "phone": user.phone.as_deref().unwrap_or_default(),
        "emailVerification": user.email_verification,
        "emailCanonical": null,
        "emailIsFree": null,
        "emailIsDisposable": null,
        "emailIsCorporate": null,
        "emailIsCanonical": null,
        "phoneVerification": user.phone_verification,
        "mfa": user.mfa,
        "prefs": user.prefs,
        "targets": targets.iter().map(target).collect::<Vec<_>>(),
        "accessedAt": user.accessed,
        "impersonator": null,
        "impersonatorUserId": null,
    }) else {
        return Map::new();
    };
    fields
}

/// `user`: a user as an API key sees them, with the password's hash.
pub fn user(user: &UserRow, targets: &[TargetRow]) -> Value {
    let mut fields = account_fields(user, targets);
    fields.insert(
        "password".into(),
        user.password.clone().unwrap_or_default().into(),
    );
    fields.insert("hash".into(), user.hash.clone().into());
    fields.insert("hashOptions".into(), user.hash_options.clone());
    Value::Object(fields)
}

fn target(target: &TargetRow) -> Value {
    json!({
        "$id": target.id,
        "$createdAt": target.created,
        "$updatedAt": target.updated,
        "name": target.name,
        "userId": target.user_id,
        "providerId": target.provider_id,
        "providerType": target.provider_type,
        "identifier": target.identifier,
        "expired": target.expired,
    })
}

/// `session`. `secret` is shown to API keys only, and only when the session is made.
pub fn session(session: &SessionRow, current: bool, secret: Option<&str>) -> Value {
    let Device { os, client, device } = &session.device;
    json!({
        "$id": session.id,
        "$createdAt": session.created,
        "$updatedAt": session.updated,
        "userId": session.user_id,
        "expire": session.expire,
        "provider": session.provider,
        "providerUid": session.provider_uid,
        "providerAccessToken": "",
        "providerAccessTokenExpiry": "",
        "providerRefreshToken": "",
        "ip": session.ip,
        "osCode": os[0],
        "osName": os[1],
        "osVersion": os[2],
        "clientType": client[0],
        "clientCode": client[1],
        "clientName": client[2],
        "clientVersion": client[3],
        "clientEngine": client[4],
        "clientEngineVersion": client[5],
        "deviceName": device[0],
        "deviceBrand": device[1],
        "deviceModel": device[2],
        "countryCode": "--",
        "countryName": "Unknown",
        "current": current,
        "factors": session.factors,
        "secret": secret
            .map(|secret| secret::encode_session(&session.user_id, secret))
            .unwrap_or_default(),
        "mfaUpdatedAt": session.mfa_updated,
    })
}
