//! The account itself: name, addresses, password, preferences.

use super::current::{account, reload};
use crate::{
    call::Call,
    error::ApiError,
    model,
    password::policy::{self, PersonalData},
    reply::Reply,
    store::{IdentityRow, NewUser, SessionRow, StoredPassword, TargetRow, UserRow},
};

/// `POST /account`: creates an account with a password.
pub async fn create(call: Call) -> Result<Reply, ApiError> {
    let id = call.params.custom_id("userId")?;
    let email = call.params.email("email")?;
    let password = call.params.password("password")?;
    let name = call.params.optional_text("name", 128)?.unwrap_or_default();
    let settings = &call.shared.settings;
    policy::check_dictionary(settings, "password", &password)?;
    let about = PersonalData {
        user_id: &id,
        email: Some(&email),
        name: &name,
        phone: None,
    };
    policy::check_personal(settings, &password, &about)?;
    let (limit, history) = (settings.auth_limit, settings.auth_password_history);
    let password = call.shared.passwords.hash(password).await?;
    call.shared
        .store
        .run(move |connection| {
            if IdentityRow::find_by_email(connection, &email)?.is_some() {
                return Err(ApiError::known("general_bad_request"));
            }
            let new = NewUser {
                id: Some(id),
                name,
                email: Some(email),
                password: Some(password),
                with_targets: true,
                ..NewUser::default()
            };
            let mut user = UserRow::create(connection, new, limit)?;
            user.begin_password_history(connection, history)?;
            let targets = user.targets(connection)?;
            Ok(Reply::created(model::new_account(&user, &targets)).logged_for(user.id))
        })
        .await
}

/// Changes the caller's user row and replies with the account.
async fn change(
    call: &Call,
    work: impl FnOnce(&mut UserRow) + Send + 'static,
) -> Result<Reply, ApiError> {
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .run(move |connection| {
            let mut signed_in = reload(connection, signed_in)?;
            work(&mut signed_in.user);
            signed_in.user.save(connection)?;
            account(connection, &signed_in)
        })
        .await
}

/// `GET /account`: the caller's account.
pub async fn get(call: Call) -> Result<Reply, ApiError> {
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .read(move |connection| account(connection, &signed_in))
        .await
}

/// `DELETE /account`: deletes the caller and everything of theirs.
pub async fn delete(call: Call) -> Result<Reply, ApiError> {
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .run(move |connection| {
            signed_in.user.delete(connection)?;
            Ok(Reply::no_content())
        })
        .await
}

/// `PATCH /account/name`: renames the caller.
pub async fn update_name(call: Call) -> Result<Reply, ApiError> {
    let name = call.params.text("name", 128)?;
    change(&call, |user| user.name = name).await
}

/// `GET /account/prefs`: the caller's preferences.
pub async fn get_prefs(call: Call) -> Result<Reply, ApiError> {
    Ok(Reply::ok(call.signed_in()?.user.prefs))
}

/// `PATCH /account/prefs`: replaces the caller's preferences.
pub async fn update_prefs(call: Call) -> Result<Reply, ApiError> {
    let prefs = call.params.object("prefs")?;
    change(&call, |user| user.prefs = prefs).await
}

/// `PATCH /account/status`: callers block themselves.
pub async fn update_status(call: Call) -> Result<Reply, ApiError> {
    Ok(change(&call, |user| user.status = false)
        .await?
        .without_session())
}

/// `PATCH /account/password`: sets a new password. The old one is required if there is one.
pub async fn update_password(call: Call) -> Result<Reply, ApiError> {
    let password = call.params.password("password")?;
    let settings = &call.shared.settings;
    policy::check_dictionary(settings, "password", &password)?;
    let old = call.params.any_text("oldPassword", 256)?;
    let signed_in = call.signed_in()?;
    if let Some(stored) = signed_in.user.password.clone() {
        check_password(&call, old, stored).await?;
    }
    let passwords = &call.shared.passwords;
    if passwords
        .verify_any(&password, &signed_in.user.password_history)
        .await?
    {
        return Err(ApiError::known("password_recently_used"));
    }
    policy::check_personal(settings, &password, &PersonalData::from(&signed_in.user))?;
    let hashed = passwords.hash(password).await?;
    let (history, invalidate) = (
        settings.auth_password_history,
        settings.auth_invalidate_sessions,
    );
    call.shared
        .store
        .run(move |connection| {
            let of = signed_in.session.as_ref().map(|session| session.id.clone());
            let mut signed_in = reload(connection, signed_in)?;
            signed_in.user.set_password(hashed, history);
            signed_in.user.save(connection)?;
            if invalidate && let Some(id) = of {
                SessionRow::delete_all(connection, &signed_in.user.id, Some(&id))?;
            }
            account(connection, &signed_in)
        })
        .await
}

async fn check_password(
    call: &Call,
    password: String,
    stored: StoredPassword,
) -> Result<(), ApiError> {
    let right = call.shared.passwords.verify(password, stored).await?;
    right
        .then_some(())
        .ok_or_else(|| ApiError::known("user_invalid_credentials"))
}

/// Checks the password that changing an address requires. A user without one, such as a guest, gets
/// this one; it's returned as a hash to store.
async fn confirm(
    call: &Call,
    user: &UserRow,
    password: String,
) -> Result<Option<StoredPassword>, ApiError> {
    match user.password.clone() {
        Some(stored) => {
            check_password(call, password, stored).await?;
            Ok(None)
        }
        None => Ok(Some(call.shared.passwords.hash(password).await?)),
    }
}

/// `PATCH /account/email`: sets a new email address. This turns a guest into a user with a
/// password.
pub async fn update_email(call: Call) -> Result<Reply, ApiError> {
    let email = call.params.email("email")?;
    let password = call.params.password("password")?;
    let signed_in = call.signed_in()?;
    let new_password = confirm(&call, &signed_in.user, password).await?;
    let history = call.shared.settings.auth_password_history;
    call.shared
        .store
        .run(move |connection| {
            let mut signed_in = reload(connection, signed_in)?;
            let user = &mut signed_in.user;
            if IdentityRow::email_of_another(connection, &email, &user.id)? {
                return Err(ApiError::known("general_bad_request"));
            }
            if TargetRow::is_taken(connection, &email)? {
                return Err(ApiError::known("user_target_already_exists"));
            }
            if UserRow::find_by_email(connection, &email)?.is_some_and(|owner| owner.id != user.id)
            {
                return Err(ApiError::known("general_bad_request"));
            }
            TargetRow::follow(connection, &user.id, user.email.as_deref(), &email)?;
            user.email = Some(email);
            user.email_verification = false;
            if let Some(password) = new_password {
                user.set_password(password, history);
            }
            user.save(connection)?;
            account(connection, &signed_in)
        })
        .await
}

/// `PATCH /account/phone`: sets a new phone number.
pub async fn update_phone(call: Call) -> Result<Reply, ApiError> {
    let phone = call.params.phone("phone")?;
    let password = call.params.password("password")?;
    let signed_in = call.signed_in()?;
    let new_password = confirm(&call, &signed_in.user, password).await?;
    let history = call.shared.settings.auth_password_history;
    call.shared
        .store
        .run(move |connection| {
            let mut signed_in = reload(connection, signed_in)?;
            let user = &mut signed_in.user;
            if TargetRow::is_taken(connection, &phone)? {
                return Err(ApiError::known("user_target_already_exists"));
            }
            TargetRow::follow(connection, &user.id, user.phone.as_deref(), &phone)?;
            user.phone = Some(phone);
            user.phone_verification = false;
            if let Some(password) = new_password {
                user.set_password(password, history);
            }
            user.save(connection)?;
            account(connection, &signed_in)
        })
        .await
}
