//! Appwrite's response models.

use serde_json::{Map, Value, json};

use crate::{
    caller::SignedIn,
    email::{Email, HostKind},
    store::{
        ChallengeRow, HashAlgorithm, IdentityRow, LogRow, SessionRow, TargetRow, TokenRow, UserRow,
        argon2_options,
    },
    timestamp,
    user_agent::Device,
};

/// `account`: a user as they see themselves.
pub fn account(signed_in: &SignedIn, targets: &[TargetRow]) -> Value {
    let mut fields = account_fields(&signed_in.user, targets);
    fields.insert(
        "impersonatorUserId".into(),
        signed_in.impersonator.clone().into(),
    );
    Value::Object(fields)
}

/// `account`: a user who was just created.
pub fn new_account(user: &UserRow, targets: &[TargetRow]) -> Value {
    Value::Object(account_fields(user, targets))
}

fn account_fields(user: &UserRow, targets: &[TargetRow]) -> Map<String, Value> {
    let email = user.email().map(Email::parse);
    let email = email.as_ref();
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
        "emailCanonical": email.map(|email| &email.canonical),
        "emailIsFree": email.map(|email| email.kind == HostKind::Free),
        "emailIsDisposable": email.map(|email| email.kind == HostKind::Disposable),
        "emailIsCorporate": email.map(|email| email.kind == HostKind::Corporate),
        "emailIsCanonical": email.map(|email| email.is_canonical),
        "phoneVerification": user.phone_verification,
        "mfa": user.mfa,
        "prefs": user.prefs,
        "targets": targets.iter().map(target).collect::<Vec<_>>(),
        "accessedAt": user.accessed,
        "impersonator": user.impersonator,
        "impersonatorUserId": null,
    }) else {
        return Map::new();
    };
    fields
}

/// `user`: a user as an API key sees them, with the password's hash.
pub fn user(user: &UserRow, targets: &[TargetRow]) -> Value {
    let mut fields = account_fields(user, targets);
    let (hash, algorithm, options) = match &user.password {
        Some(password) => (
            Some(password.hash.clone()),
            password.algorithm,
            password.options.clone(),
        ),
        None => (None, HashAlgorithm::Argon2, argon2_options()),
    };
    fields.insert("password".into(), hash.into());
    fields.insert("hash".into(), algorithm.name().into());
    fields.insert("hashOptions".into(), options);
    Value::Object(fields)
}

/// `target`.
pub fn target(target: &TargetRow) -> Value {
    json!({
        "$id": target.id,
        "$createdAt": target.created,
        "$updatedAt": target.updated,
        "name": target.name,
        "userId": target.user_id,
        "providerId": target.provider_id,
        "providerType": target.provider_type.name(),
        "identifier": target.identifier,
        "expired": target.expired,
    })
}

/// `identity`.
pub fn identity(identity: &IdentityRow) -> Value {
    json!({
        "$id": identity.id,
        "$createdAt": identity.created,
        "$updatedAt": identity.updated,
        "userId": identity.user_id,
        "provider": identity.provider,
        "providerUid": identity.provider_uid,
        "providerEmail": identity.provider_email,
        "providerAccessToken": identity.tokens.access,
        "providerAccessTokenExpiry": identity.tokens.access_expiry,
        "providerRefreshToken": identity.tokens.refresh,
    })
}

/// `token`. `secret` is empty for callers who may not see it, `phrase` if the app didn't ask for
/// one.
pub fn token(token: &TokenRow, secret: &str, phrase: &str) -> Value {
    json!({
        "$id": token.id,
        "$createdAt": token.created,
        "userId": token.user_id,
        "secret": secret,
        "expire": token.expire,
        "phrase": phrase,
    })
}

/// `mfaChallenge`.
pub fn challenge(challenge: &ChallengeRow) -> Value {
    json!({
        "$id": challenge.id,
        "$createdAt": challenge.created,
        "userId": challenge.user_id,
        "expire": challenge.expire,
    })
}

/// A list of models under the list's name.
pub fn list(name: &str, total: impl Into<Value>, models: Vec<Value>) -> Value {
    json!({ "total": total.into(), name: models })
}

/// `session`. `secret` is the encoded one that clients keep; empty for callers who may not see it.
pub fn session(session: &SessionRow, current: bool, secret: &str) -> Value {
    let mut model = json!({
        "$id": session.id,
        "$createdAt": session.created,
        "$updatedAt": session.updated,
        "userId": session.user_id,
        "expire": session.expire,
        "provider": session.provider,
        "providerUid": session.provider_uid,
        "providerAccessToken": session.tokens.access,
        "providerAccessTokenExpiry": session.tokens.access_expiry,
        "providerRefreshToken": session.tokens.refresh,
        "ip": session.ip,
    });
    add_device(&mut model, &session.device);
    model["current"] = current.into();
    model["factors"] = json!(session.factors);
    model["secret"] = secret.into();
    model["mfaUpdatedAt"] = json!(session.mfa_updated);
    model
}

/// Adds the fields about the device and the country that a request came from.
fn add_device(model: &mut Value, Device { os, client, device }: &Device) {
    for (name, value) in [
        ("osCode", os[0].as_str()),
        ("osName", &os[1]),
        ("osVersion", &os[2]),
        ("clientType", &client[0]),
        ("clientCode", &client[1]),
        ("clientName", &client[2]),
        ("clientVersion", &client[3]),
        ("clientEngine", &client[4]),
        ("clientEngineVersion", &client[5]),
        ("deviceName", &device[0]),
        ("deviceBrand", &device[1]),
        ("deviceModel", &device[2]),
        ("countryCode", "--"),
        ("countryName", "Unknown"),
    ] {
        model[name] = value.into();
    }
}

/// `log`.
pub fn log(log: &LogRow) -> Value {
    let mut model = json!({
        "event": log.event,
        "userId": log.user_id,
        "userEmail": log.user_email,
        "userName": log.user_name,
        "mode": "default",
        "userType": "user",
        "ip": log.ip,
        "time": log.time,
    });
    add_device(&mut model, &log.device);
    model
}

/// `session`, as Appwrite answers when it changes some of its `dates`. It shows those the way the
/// database keeps them, and doesn't look up the country's name or whether the session is the
/// request's own. `$updatedAt` is from before the change.
pub fn changed_session(session: &SessionRow, dates: &[&str]) -> Value {
    let mut model = self::session(session, false, "");
    model["countryName"] = "".into();
    for name in dates {
        let date = model[*name].as_str().unwrap_or_default();
        model[*name] = timestamp::unformatted(date).into();
    }
    model
}
