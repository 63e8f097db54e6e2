//! Creating users, including ones whose passwords another system hashed.

use serde_json::{Value, json};

use crate::{
    call::Call,
    error::ApiError,
    model,
    params::Params,
    password::{
        ShaVersion, is_hash,
        policy::{self, PersonalData},
    },
    reply::Reply,
    store::{HashAlgorithm, IdentityRow, NewUser, StoredPassword, UserRow, argon2_options},
};

/// `POST /users`: creates a user. Every detail is optional.
pub async fn plain(call: Call) -> Result<Reply, ApiError> {
    let id = call.params.custom_id("userId")?;
    let email = call.params.optional_email("email")?;
    let phone = call.params.optional_phone("phone")?;
    let password = call.params.optional_password("password")?;
    let name = call.params.optional_text("name", 128)?.unwrap_or_default();
    let password = match password {
        Some(password) => {
            let settings = &call.shared.settings;
            policy::check_dictionary(settings, "password", &password)?;
            let about = PersonalData {
                user_id: &id,
                email: email.as_deref(),
                name: &name,
                phone: phone.as_deref(),
            };
            policy::check_personal(settings, &password, &about)?;
            Some(call.shared.passwords.hash(password).await?)
        }
        None => None,
    };
    let new = NewUser {
        id: Some(id),
        name,
        email,
        phone,
        password,
        with_targets: true,
        ..NewUser::default()
    };
    create(call, new).await
}

async fn create(call: Call, new: NewUser) -> Result<Reply, ApiError> {
    let history = call.shared.settings.auth_password_history;
    call.shared
        .store
        .run(move |connection| {
            if let Some(email) = &new.email
                && IdentityRow::find_by_email(connection, email)?.is_some()
            {
                return Err(ApiError::known("user_email_already_exists"));
            }
            // The user limit is for people who sign up, not for administrators.
            let mut user = UserRow::create(connection, new, 0)?;
            user.begin_password_history(connection, history)?;
            let targets = user.targets(connection)?;
            Ok(Reply::created(model::user(&user, &targets)))
        })
        .await
}

/// Creates a user whose password comes as a hash.
async fn import(
    call: Call,
    algorithm: HashAlgorithm,
    options: impl FnOnce(&Params) -> Result<Value, ApiError>,
) -> Result<Reply, ApiError> {
    let id = call.params.custom_id("userId")?;
    let email = call.params.email("email")?;
    let hash = call.params.password("password")?;
    let options = options(&call.params)?;
    let name = call.params.optional_text("name", 128)?.unwrap_or_default();
    if !is_hash(algorithm, &hash) {
        return Err(ApiError::invalid("password", "Value must be a valid hash"));
    }
    let new = NewUser {
        id: Some(id),
        name,
        email: Some(email),
        password: Some(StoredPassword {
            hash,
            algorithm,
            options,
        }),
        with_targets: true,
        ..NewUser::default()
    };
    create(call, new).await
}

/// `POST /users/argon2`
pub async fn argon2(call: Call) -> Result<Reply, ApiError> {
    import(call, HashAlgorithm::Argon2, |_| Ok(argon2_options())).await
}

/// `POST /users/bcrypt`
pub async fn bcrypt(call: Call) -> Result<Reply, ApiError> {
    import(call, HashAlgorithm::Bcrypt, |_| {
        Ok(json!({ "type": "bcrypt", "cost": 8 }))
    })
    .await
}

/// `POST /users/md5`
pub async fn md5(call: Call) -> Result<Reply, ApiError> {
    import(call, HashAlgorithm::Md5, |_| Ok(json!({ "type": "md5" }))).await
}

/// `POST /users/phpass`
pub async fn phpass(call: Call) -> Result<Reply, ApiError> {
    import(call, HashAlgorithm::Phpass, |_| {
        Ok(json!({ "type": "phpass" }))
    })
    .await
}

/// `POST /users/sha`
pub async fn sha(call: Call) -> Result<Reply, ApiError> {
    import(call, HashAlgorithm::Sha, |params| {
        let version = params.one_of_or("passwordVersion", ShaVersion::Sha3With512)?;
        Ok(json!({ "type": "sha", "version": <&str>::from(version) }))
    })
    .await
}

/// `POST /users/scrypt`
pub async fn scrypt(call: Call) -> Result<Reply, ApiError> {
    import(call, HashAlgorithm::Scrypt, |params| {
        Ok(json!({
            "type": "scrypt",
            "salt": params.text("passwordSalt", 128)?,
            "costCpu": params.integer("passwordCpu")?,
            "costMemory": params.integer("passwordMemory")?,
            "costParallel": params.integer("passwordParallel")?,
            "length": params.integer("passwordLength")?,
        }))
    })
    .await
}

/// `POST /users/scrypt-modified`
pub async fn scrypt_modified(call: Call) -> Result<Reply, ApiError> {
    import(call, HashAlgorithm::ScryptMod, |params| {
        Ok(json!({
            "type": "scryptMod",
            "salt": params.text("passwordSalt", 128)?,
            "saltSeparator": params.text("passwordSaltSeparator", 128)?,
            "signerKey": params.text("passwordSignerKey", 128)?,
        }))
    })
    .await
}
