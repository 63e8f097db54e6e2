//! Users that exist from the start.

use secrecy::ExposeSecret;
use serde_json::Value;

use crate::{
    config::SeedUser,
    error::ApiError,
    params::is_phone,
    password::Passwords,
    store::{NewUser, Store, UserRow},
};

/// Creates the users that don't exist yet. One whose ID, email or phone is already there stays as
/// it is.
///
/// # Errors
///
/// Which user can't be created, and why.
pub async fn create_users(
    store: &Store,
    passwords: &Passwords,
    users: Vec<SeedUser>,
) -> Result<(), String> {
    for (index, user) in users.into_iter().enumerate() {
        let name = user
            .email
            .clone()
            .or_else(|| user.phone.clone())
            .or_else(|| user.user_id.clone())
            .unwrap_or_else(|| format!("number {}", index + 1));
        create_user(store, passwords, user).await.map_err(|error| {
            format!(
                "the seed's user {name} cannot be created: {}",
                error.message
            )
        })?;
    }
    Ok(())
}

async fn create_user(store: &Store, passwords: &Passwords, seed: SeedUser) -> Result<(), ApiError> {
    let (id, email, phone) = (
        seed.user_id.clone(),
        seed.email.as_deref().map(str::to_lowercase),
        seed.phone.clone(),
    );
    if let Some(phone) = &phone
        && !is_phone(phone)
    {
        let message = format!("\"{phone}\" is no phone number like +15005550006");
        return Err(ApiError::argument(message));
    }
    let known = {
        let (id, email, phone) = (id.clone(), email.clone(), phone.clone());
        store
            .run(move |connection| {
                let found = [
                    id.map(|id| UserRow::find(connection, &id)),
                    email.map(|email| UserRow::find_by_email(connection, &email)),
                    phone.map(|phone| UserRow::find_by_phone(connection, &phone)),
                ];
                for user in found.into_iter().flatten() {
                    if user?.is_some() {
                        return Ok(true);
                    }
                }
                Ok(false)
            })
            .await?
    };
    if known {
        return Ok(());
    }
    let password = match seed.password {
        Some(password) => {
            let password = password.expose_secret().to_owned();
            Some(passwords.hash(password).await?)
        }
        None => None,
    };
    let new = NewUser {
        id,
        name: seed.name,
        email,
        phone,
        password,
        email_verification: seed.email_verification,
        with_targets: true,
    };
    let (labels, prefs, verified) = (seed.labels, seed.prefs, seed.phone_verification);
    store
        .run(move |connection| {
            let mut user = UserRow::create(connection, new, 0)?;
            user.labels = labels;
            user.prefs = Value::Object(prefs);
            user.phone_verification = verified;
            user.save(connection)
        })
        .await
}
