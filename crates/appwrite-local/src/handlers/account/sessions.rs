//! The caller's sessions: signing in and out.

use rusqlite::Connection;

use crate::{
    call::Call,
    caller::SignedIn,
    error::ApiError,
    mail, model, oauth2,
    provider::Provider,
    reply::Reply,
    secret,
    store::{
        HashAlgorithm, NewSession, NewUser, ProviderTokens, SECRET_BYTES, SessionRow, TokenKind,
        TokenRow, UserRow,
    },
};

/// How many random bytes the secret of a sign-in link has.
pub const LINK_SECRET_BYTES: usize = 32;

/// A sign-in that succeeded, for which a session is to be started.
pub struct SignIn {
    pub user: UserRow,
    pub provider: &'static str,
    pub provider_uid: String,
    pub factors: &'static [&'static str],
    pub tokens: ProviderTokens,
    /// Whether to tell the user by email, if the project wants that.
    pub alert: bool,
    /// How long the session's secret is.
    pub secret_bytes: usize,
}

impl SignIn {
    fn new(user: UserRow, provider: &'static str, factors: &'static [&'static str]) -> Self {
        Self {
            user,
            provider,
            provider_uid: String::new(),
            factors,
            tokens: ProviderTokens::default(),
            alert: false,
            secret_bytes: SECRET_BYTES,
        }
    }
}

/// Starts a session. Returns it along with the encoded secret that clients keep.
pub async fn start(call: &Call, sign_in: SignIn) -> Result<(SessionRow, String), ApiError> {
    let settings = &call.shared.settings;
    let new = NewSession {
        user_id: sign_in.user.id.clone(),
        provider: sign_in.provider.to_owned(),
        provider_uid: sign_in.provider_uid,
        factors: sign_in
            .factors
            .iter()
            .map(|factor| (*factor).to_owned())
            .collect(),
        tokens: sign_in.tokens,
        ip: call.ip.clone(),
        device: call.device.clone(),
        duration: settings.session_duration(),
        limit: settings.auth_sessions_limit,
        secret_bytes: sign_in.secret_bytes,
    };
    let alert = sign_in
        .user
        .email()
        .filter(|_| sign_in.alert && settings.auth_session_alerts)
        .map(str::to_owned);
    let (name, project) = (sign_in.user.name, settings.name.clone());
    call.shared
        .store
        .run(move |connection| {
            let first = SessionRow::list(connection, &new.user_id)?.is_empty();
            let (session, secret) = SessionRow::create(connection, new)?;
            if let Some(email) = alert.filter(|_| !first) {
                let SessionRow {
                    device,
                    ip,
                    created,
                    ..
                } = &session;
                mail::session_alert(&project, &email, &name, device, ip, created)
                    .save(connection)?;
            }
            let encoded = secret::encode_session(&session.user_id, &secret);
            Ok((session, encoded))
        })
        .await
}

/// Starts a session and replies with it. Everybody gets the secret in cookies, a key also in the
/// body.
async fn start_and_reply(call: &Call, sign_in: SignIn) -> Result<Reply, ApiError> {
    let (session, secret) = start(call, sign_in).await?;
    let shown = if call.by_key() { secret.as_str() } else { "" };
    let reply = Reply::created(model::session(&session, true, shown));
    Ok(reply
        .logged_for(session.user_id)
        .with_session(secret, session.expire))
}

/// `POST /account/sessions/email`: signs in with email and password.
pub async fn create_email(call: Call) -> Result<Reply, ApiError> {
    let email = call.params.email("email")?;
    let password = call.params.password("password")?;
    let wrong = || ApiError::known("user_invalid_credentials");
    let of_email = email.clone();
    let store = &call.shared.store;
    let user = store
        .run(move |connection| UserRow::find_by_email(connection, &of_email))
        .await?
        .ok_or_else(wrong)?;
    let stored = user.password.clone().ok_or_else(wrong)?;
    let passwords = &call.shared.passwords;
    if !passwords.verify(password.clone(), stored.clone()).await? {
        return Err(wrong());
    }
    if !user.status {
        return Err(ApiError::known("user_blocked"));
    }
    if stored.algorithm != HashAlgorithm::Argon2 {
        // The imported hash has done its job: replace it with our own.
        let hashed = passwords.hash(password).await?;
        let id = user.id.clone();
        store
            .run(move |connection| {
                let Some(mut user) = UserRow::find(connection, &id)? else {
                    return Ok(());
                };
                user.password = Some(hashed);
                user.save(connection)
            })
            .await?;
    }
    let sign_in = SignIn {
        provider_uid: email,
        alert: true,
        ..SignIn::new(user, "email", &["password"])
    };
    start_and_reply(&call, sign_in).await
}

/// `POST /account/sessions/anonymous`: signs in a guest.
pub async fn create_anonymous(call: Call) -> Result<Reply, ApiError> {
    let limit = call.shared.settings.auth_limit;
    let user = call
        .shared
        .store
        .run(move |connection| UserRow::create(connection, NewUser::default(), limit))
        .await?;
    start_and_reply(&call, SignIn::new(user, "anonymous", &["anonymous"])).await
}

/// `POST /account/sessions/token`: signs in with a one-time token of any kind. Also answers `PUT
/// /account/sessions/phone`.
pub async fn create_token(call: Call) -> Result<Reply, ApiError> {
    exchange(call, SECRET_BYTES).await
}

/// `PUT /account/sessions/magic-url`: the same, but Appwrite makes the session's secret as long as
/// the link's.
pub async fn create_magic_url(call: Call) -> Result<Reply, ApiError> {
    exchange(call, LINK_SECRET_BYTES).await
}

async fn exchange(call: Call, secret_bytes: usize) -> Result<Reply, ApiError> {
    let user_id = call.params.custom_id("userId")?;
    let secret = call.params.text("secret", 256)?;
    // An OAuth2 token's secret always comes wrapped in a JSON web token.
    let wrapped = call.shared.signer.verify(&secret).ok();
    let provider = wrapped
        .as_ref()
        .and_then(|payload| payload["provider"].as_str()?.parse().ok())
        .map(Provider::id);
    let (secret, kinds): (String, &[TokenKind]) = match &wrapped {
        Some(payload) => (
            payload["secret"].as_str().unwrap_or_default().to_owned(),
            &[TokenKind::OAuth2],
        ),
        None => (
            secret,
            &[
                TokenKind::MagicUrl,
                TokenKind::Email,
                TokenKind::Phone,
                TokenKind::Generic,
            ],
        ),
    };
    let (user, kind) = call
        .shared
        .store
        .run(move |connection| {
            let wrong = || ApiError::known("user_invalid_token");
            let mut user = UserRow::find(connection, &user_id)?.ok_or_else(wrong)?;
            let token =
                TokenRow::redeem(connection, &user.id, &secret, kinds)?.ok_or_else(wrong)?;
            if !user.status {
                return Err(ApiError::known("user_blocked"));
            }
            match token.kind {
                TokenKind::MagicUrl | TokenKind::Email => user.email_verification = true,
                TokenKind::Phone => user.phone_verification = true,
                _ => {}
            }
            user.save(connection)?;
            Ok((user, token.kind))
        })
        .await?;
    let (provider, factors): (_, &[&str]) = match kind {
        TokenKind::MagicUrl => ("magic-url", &["email"]),
        TokenKind::Email => ("token", &["email"]),
        TokenKind::Phone => ("phone", &["phone"]),
        TokenKind::OAuth2 => (provider.unwrap_or_default(), &["email"]),
        _ => ("token", &["token"]),
    };
    let sign_in = SignIn {
        alert: !matches!(kind, TokenKind::MagicUrl | TokenKind::Email),
        secret_bytes,
        ..SignIn::new(user, provider, factors)
    };
    start_and_reply(&call, sign_in).await
}

/// The caller's session with this ID. `current` means the request's own.
fn find(connection: &Connection, signed_in: &SignedIn, id: &str) -> Result<SessionRow, ApiError> {
    let found = if id == "current" {
        signed_in.session.clone()
    } else {
        SessionRow::find(connection, &signed_in.user.id, id)?
    };
    found.ok_or_else(|| ApiError::known("user_session_not_found"))
}

fn is_current(signed_in: &SignedIn, session: &SessionRow) -> bool {
    let own = signed_in.session.as_ref();
    own.is_some_and(|own| own.id == session.id)
}

/// `GET /account/sessions`: lists the caller's sessions.
pub async fn list(call: Call) -> Result<Reply, ApiError> {
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .read(move |connection| {
            let sessions = SessionRow::list(connection, &signed_in.user.id)?;
            let models: Vec<_> = sessions
                .iter()
                .map(|session| model::session(session, is_current(&signed_in, session), ""))
                .collect();
            Ok(Reply::ok(model::list("sessions", models.len(), models)))
        })
        .await
}

/// `GET /account/sessions/:sessionId`: one session.
pub async fn get(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("sessionId")?;
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .read(move |connection| {
            let session = find(connection, &signed_in, &id)?;
            let current = is_current(&signed_in, &session);
            Ok(Reply::ok(model::session(&session, current, "")))
        })
        .await
}

/// `PATCH /account/sessions/:sessionId`: extends one. If an OAuth2 provider started it, it gets new
/// provider tokens, too.
pub async fn update(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("sessionId")?;
    let signed_in = call.signed_in()?;
    let duration = call.shared.settings.session_duration();
    call.shared
        .store
        .run(move |connection| {
            let mut session = find(connection, &signed_in, &id)?;
            let mut dates = vec!["expire"];
            if let Ok(provider) = session.provider.parse::<Provider>() {
                session.tokens = oauth2::tokens(provider);
                dates.push("providerAccessTokenExpiry");
            }
            session.extend(connection, duration)?;
            Ok(Reply::ok(model::changed_session(&session, &dates)))
        })
        .await
}

/// `DELETE /account/sessions/:sessionId`: ends one.
pub async fn delete(call: Call) -> Result<Reply, ApiError> {
    let id = call.id("sessionId")?;
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .run(move |connection| {
            let session = find(connection, &signed_in, &id)?;
            session.delete(connection)?;
            let reply = Reply::no_content();
            Ok(if is_current(&signed_in, &session) {
                reply.without_session()
            } else {
                reply
            })
        })
        .await
}

/// `DELETE /account/sessions`: ends them all.
pub async fn delete_all(call: Call) -> Result<Reply, ApiError> {
    let signed_in = call.signed_in()?;
    call.shared
        .store
        .run(move |connection| {
            SessionRow::delete_all(connection, &signed_in.user.id, None)?;
            let reply = Reply::no_content();
            // A JSON web token comes without a session, so there's none in the caller's cookies.
            Ok(match signed_in.session {
                Some(_) => reply.without_session(),
                None => reply,
            })
        })
        .await
}
