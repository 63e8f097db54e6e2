//! Changing and deleting users.

use super::found::{self, find};
use crate::{
    call::Call,
    error::ApiError,
    password::policy::{self, PersonalData},
    reply::Reply,
    store::{IdentityRow, SessionRow, TargetRow, TargetType, UserRow},
    timestamp,
};

/// Changes a user and replies with them.
async fn change(
    call: Call,
    work: impl FnOnce(&mut UserRow) + Send + 'static,
) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .run(move |connection| {
            let mut row = find(connection, &id)?;
            work(&mut row);
            row.save(connection)?;
            found::reply(connection, &row)
        })
        .await
}

/// `PATCH /users/:userId/name`
pub async fn name(call: Call) -> Result<Reply, ApiError> {
    let name = call.params.text_or_empty("name", 128)?;
    change(call, |user| user.name = name).await
}

/// `PATCH /users/:userId/status`: blocks or unblocks a user.
pub async fn status(call: Call) -> Result<Reply, ApiError> {
    let status = call.params.loose_boolean("status")?;
    change(call, move |user| user.status = status).await
}

/// `PUT /users/:userId/labels`: replaces the labels.
pub async fn labels(call: Call) -> Result<Reply, ApiError> {
    let rule = "Value must be a valid string and at least 1 chars and no longer than 36 chars and \
         only consist of '0, 1, 2, 3, 4, 5, 6, 7, 8, 9, A, B, C, D, E, F, G, H, I, J, K, L, M, N, \
         O, P, Q, R, S, T, U, V, W, X, Y, Z, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, \
         s, t, u, v, w, x, y, z' chars";
    let mut labels = call.params.list("labels", 1000, rule, |label| {
        (1..=36).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })?;
    let mut seen = std::collections::HashSet::new();
    labels.retain(|label| seen.insert(label.clone()));
    change(call, |user| user.labels = labels).await
}

/// `PATCH /users/:userId/prefs`: replaces the preferences, and replies with just those.
pub async fn prefs(call: Call) -> Result<Reply, ApiError> {
    let prefs = call.params.object("prefs")?;
    let answer = prefs.clone();
    change(call, |user| user.prefs = prefs).await?;
    Ok(Reply::ok(answer))
}

/// `PATCH /users/:userId/verification`: marks the email address as verified or not.
pub async fn email_verification(call: Call) -> Result<Reply, ApiError> {
    let verified = call.params.boolean("emailVerification")?;
    change(call, move |user| user.email_verification = verified).await
}

/// `PATCH /users/:userId/verification/phone`: marks the phone number as verified or not.
pub async fn phone_verification(call: Call) -> Result<Reply, ApiError> {
    let verified = call.params.boolean("phoneVerification")?;
    change(call, move |user| user.phone_verification = verified).await
}

/// `PATCH /users/:userId/impersonator`: lets the user act as others, or stops it.
pub async fn impersonator(call: Call) -> Result<Reply, ApiError> {
    let may = call.params.loose_boolean("impersonator")?;
    change(call, move |user| user.impersonator = may).await
}

/// `PATCH /users/:userId/email`. An empty one removes the address, but only one user may have the
/// empty one.
pub async fn email(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let email = call.params.email_or_empty("email")?;
    call.shared
        .store
        .run(move |connection| {
            let mut row = find(connection, &id)?;
            let taken = || ApiError::known("user_email_already_exists");
            if !email.is_empty() && IdentityRow::email_of_another(connection, &email, &row.id)? {
                return Err(taken());
            }
            check_free(connection, &email)?;
            let owner = UserRow::find_by_email(connection, &email)?;
            if owner.is_some_and(|owner| owner.id != row.id) {
                return Err(taken());
            }
            let old = row.email.replace(email.clone());
            row.email_verification = false;
            row.save(connection)?;
            move_target(connection, &row, TargetType::Email, old, &email)?;
            found::reply(connection, &row)
        })
        .await
}

/// `PATCH /users/:userId/phone`. An empty one removes the number.
pub async fn phone(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let phone = call.params.phone_or_empty("number")?;
    call.shared
        .store
        .run(move |connection| {
            let mut row = find(connection, &id)?;
            check_free(connection, &phone)?;
            let new = (!phone.is_empty()).then(|| phone.clone());
            let old = std::mem::replace(&mut row.phone, new);
            row.phone_verification = false;
            row.save(connection)?;
            move_target(connection, &row, TargetType::Sms, old, &phone)?;
            found::reply(connection, &row)
        })
        .await
}

/// Refuses an address that any target has already, even one of the user's own.
fn check_free(connection: &rusqlite::Connection, address: &str) -> Result<(), ApiError> {
    if !address.is_empty() && TargetRow::is_taken(connection, address)? {
        return Err(ApiError::known("user_target_already_exists"));
    }
    Ok(())
}

/// Moves the user's target to the new address, or deletes it if there is none. Unlike a change by
/// the user, one by an administrator creates the target if there was none.
fn move_target(
    connection: &rusqlite::Connection,
    user: &UserRow,
    kind: TargetType,
    old: Option<String>,
    new: &str,
) -> Result<(), ApiError> {
    let targets = TargetRow::list(connection, &user.id)?;
    let target = targets
        .into_iter()
        .find(|target| Some(&target.identifier) == old.as_ref());
    match target {
        Some(target) if new.is_empty() => target.delete(connection),
        Some(_) => TargetRow::follow(connection, &user.id, old.as_deref(), new),
        None if new.is_empty() => Ok(()),
        None => TargetRow::create(connection, None, &user.id, kind, new, None, "").map(drop),
    }
}

/// `PATCH /users/:userId/password`: sets the password. An empty one removes it.
pub async fn password(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    let empty = call.params.raw("password").is_empty() && !call.params.is_missing("password");
    let password = if empty && call.params.text_or_empty("password", 0).is_ok() {
        None
    } else {
        Some(call.params.password("password")?)
    };
    let settings = &call.shared.settings;
    let (history, invalidate) = (
        settings.auth_password_history,
        settings.auth_invalidate_sessions,
    );
    let of = id.clone();
    let found = call
        .shared
        .store
        .run(move |connection| find(connection, &of))
        .await?;
    let hashed = match password {
        Some(password) => {
            policy::check_dictionary(settings, "password", &password)?;
            policy::check_personal(settings, &password, &PersonalData::from(&found))?;
            let passwords = &call.shared.passwords;
            if passwords
                .verify_any(&password, &found.password_history)
                .await?
            {
                return Err(ApiError::known("password_recently_used"));
            }
            Some(passwords.hash(password).await?)
        }
        None => None,
    };
    call.shared
        .store
        .run(move |connection| {
            let mut row = find(connection, &id)?;
            match hashed {
                Some(password) => row.set_password(password, history),
                None => {
                    row.password = None;
                    row.password_update = timestamp::now();
                }
            }
            row.save(connection)?;
            if invalidate {
                SessionRow::delete_all(connection, &row.id, None)?;
            }
            found::reply(connection, &row)
        })
        .await
}

/// `DELETE /users/:userId`: deletes a user and everything of theirs.
pub async fn delete(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("userId")?;
    call.shared
        .store
        .run(move |connection| {
            find(connection, &id)?.delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}
