//! The Account service, as each kind of client may use it.

use std::{collections::HashSet, time::Instant};

use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::{
    error::AppwriteError,
    id::Id,
    secret::SessionSecret,
    seen_sessions::Seen,
    transport::{Call, SESSION, Transport},
    wire,
};
use crate::model::{Account, Event, Factor, Factors, Identity, Session};

/// As many as Appwrite lists at once, instead of its 25: `{"method":"limit","values":[5000]}`.
const ALL_IDENTITIES: &str = "/account/identities?queries%5B0%5D=%7B%22method%22%3A%22limit%22%2C%22values%22%3A%5B5000%5D%7D";

/// The visitor's own account.
pub struct SessionAccount<'a> {
    pub(super) transport: &'a Transport,
    pub(super) credentials: &'a HeaderMap,
    pub(super) seen: Seen,
}

impl SessionAccount<'_> {
    async fn send<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, AppwriteError> {
        let sessions = &self.transport.sessions;
        let _place = sessions.admit(self.seen).await?;
        let answer = self.transport.send(self.credentials.clone(), call).await;
        sessions.note(self.seen, &answer);
        answer
    }

    async fn send_empty(&self, call: Call<'_>) -> Result<(), AppwriteError> {
        let sessions = &self.transport.sessions;
        let _place = sessions.admit(self.seen).await?;
        let credentials = self.credentials.clone();
        let answer = self.transport.send_empty(credentials, call).await;
        sessions.note(self.seen, &answer);
        answer
    }

    /// `GET /account`: who they are.
    pub async fn get(&self) -> Result<Account, AppwriteError> {
        let asked = Instant::now();
        let account: wire::Account = self.send(Call::get("/account")).await?;
        let account = account.into();
        let secret = self.credentials.get(SESSION);
        self.transport.visitors.remember(secret, &account, asked);
        Ok(account)
    }

    /// Who they are, as [`get`](Self::get) said lately, if it did. That's good enough to
    /// show a page, and for nothing else.
    pub fn recall(&self) -> Option<Account> {
        let secret = self.credentials.get(SESSION);
        self.transport.visitors.recall(secret)
    }

    /// `PATCH /account/name`.
    pub async fn update_name(&self, name: &str) -> Result<(), AppwriteError> {
        self.send_empty(Call::patch("/account/name", json!({ "name": name })))
            .await
    }

    /// `PATCH /account/email`: another email address, not verified yet. The password has to be the
    /// account's own. If it has none, this becomes its password. Returns the account as it is then.
    pub async fn update_email(
        &self,
        email: &str,
        password: &str,
    ) -> Result<Account, AppwriteError> {
        let body = json!({ "email": email, "password": password });
        let changed = self.send(Call::patch("/account/email", body)).await;
        let changed: wire::Account = changed.map_err(AppwriteError::or_email_taken)?;
        Ok(changed.into())
    }

    /// `PATCH /account/phone`: another phone number, not verified yet. The password is as for
    /// [`update_email`](Self::update_email).
    pub async fn update_phone(&self, phone: &str, password: &str) -> Result<(), AppwriteError> {
        let body = json!({ "phone": phone, "password": password });
        self.send_empty(Call::patch("/account/phone", body)).await
    }

    /// `PATCH /account/password`. An account without a password needs no old one. Returns the account as it is
    /// then.
    pub async fn update_password(
        &self,
        password: &str,
        old: Option<&str>,
    ) -> Result<Account, AppwriteError> {
        let body = match old {
            Some(old) => json!({ "password": password, "oldPassword": old }),
            None => json!({ "password": password }),
        };
        let changed: wire::Account = self.send(Call::patch("/account/password", body)).await?;
        Ok(changed.into())
    }

    /// `PATCH /account/prefs`: changes these preferences, by name. All others stay as they are.
    ///
    /// Appwrite only replaces all of them at once, so two changes at the very same moment can undo
    /// each other, if they're made in two sessions.
    pub async fn update_preferences(&self, changed: &[(&str, &str)]) -> Result<(), AppwriteError> {
        let _changing = self.transport.sessions.change_preferences(self.seen).await;
        let prefs: Value = self.send(Call::get("/account/prefs")).await?;
        if changed.is_empty() {
            return Ok(());
        }
        let mut prefs = match prefs {
            Value::Object(prefs) => prefs,
            _ => Map::new(),
        };
        for (name, value) in changed {
            prefs.insert((*name).to_owned(), (*value).into());
        }
        self.send_empty(Call::patch("/account/prefs", json!({ "prefs": prefs })))
            .await
    }

    /// Notes which addresses are [proved](crate::server::auth::proved).
    pub async fn note_proved(&self, proved: &str) -> Result<(), AppwriteError> {
        self.note(&[(wire::PROVED, proved)]).await
    }

    /// The same, and that the password which was set at this date is forgotten.
    pub async fn note_forgotten(
        &self,
        password_set: &str,
        proved: &str,
    ) -> Result<(), AppwriteError> {
        self.note(&[
            (wire::PROVED, proved),
            (wire::FORGOTTEN_PASSWORD, password_set),
        ])
        .await
    }

    /// Writes notes of ours. If they don't fit beside the other preferences, those go: whoever has
    /// filled them up may have done so to be rid of ours.
    async fn note(&self, marks: &[(&str, &str)]) -> Result<(), AppwriteError> {
        match self.update_preferences(marks).await {
            Err(AppwriteError::Refused { status, .. }) if status == StatusCode::BAD_REQUEST => {
                let marks: Map<_, _> = marks
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
                    .collect();
                self.send_empty(Call::patch("/account/prefs", json!({ "prefs": marks })))
                    .await
            }
            noted => noted,
        }
    }

    /// `PATCH /account/status`: blocks the account. Only an API key can unblock it.
    pub async fn update_status(&self) -> Result<(), AppwriteError> {
        self.send_empty(Call::patch("/account/status", json!({})))
            .await
    }

    /// `GET /account/sessions`: where they are signed in, in Appwrite's order. Appwrite also lists
    /// sessions that have expired, until it tidies up. Those are left out.
    pub async fn list_sessions(&self) -> Result<Vec<Session>, AppwriteError> {
        let list: wire::SessionList = self.send(Call::get("/account/sessions")).await?;
        let now = OffsetDateTime::now_utc();
        let live = |session: &wire::Session| session.expiry().is_none_or(|expiry| expiry > now);
        let live = list.sessions.into_iter().filter(live);
        Ok(live.map(Session::from).collect())
    }

    /// `GET /account/sessions/{id}`.
    pub async fn get_session(&self, id: &Id) -> Result<Session, AppwriteError> {
        let session: wire::Session = self
            .send(Call::get(&format!("/account/sessions/{id}")))
            .await?;
        Ok(session.into())
    }

    /// `GET /account/sessions/current`: when the session began.
    pub async fn session_created(&self) -> Result<OffsetDateTime, AppwriteError> {
        let call = Call::get("/account/sessions/current");
        let session: wire::Session = self.send(call).await?;
        session
            .created()
            .ok_or_else(|| garbage("the session's start is no date"))
    }

    /// `GET /account/sessions/current`: the kinds of factors that the session has had, in Appwrite's words.
    /// There's more than one once a second step was completed.
    pub async fn session_factors(&self) -> Result<HashSet<String>, AppwriteError> {
        let call = Call::get("/account/sessions/current");
        let session: wire::Session = self.send(call).await?;
        Ok(session.factors)
    }

    /// `PATCH /account/sessions/current`: gives the session the lifetime of a new one.
    pub async fn extend_session(&self) -> Result<ExtendedSession, AppwriteError> {
        let call = Call::patch("/account/sessions/current", json!({}));
        let session: wire::Session = self.send(call).await?;
        Ok(ExtendedSession {
            created: session.created(),
            expire: expiry(&session)?,
        })
    }

    /// `DELETE /account/sessions/{id}`: ends it.
    pub async fn delete_session(&self, id: &Id) -> Result<(), AppwriteError> {
        self.send_empty(Call::delete(&format!("/account/sessions/{id}")))
            .await
    }

    /// `DELETE /account/sessions`: ends all of them, including this request's.
    pub async fn delete_sessions(&self) -> Result<(), AppwriteError> {
        self.send_empty(Call::delete("/account/sessions")).await
    }

    /// `GET /account/identities`: the accounts at OAuth2 providers that can sign them in, all of them.
    pub async fn list_identities(&self) -> Result<Vec<Identity>, AppwriteError> {
        let list: wire::IdentityList = self.send(Call::get(ALL_IDENTITIES)).await?;
        if list.total > list.identities.len() {
            return Err(garbage("there are more identities than were listed"));
        }
        Ok(list.identities.into_iter().map(Identity::from).collect())
    }

    /// `DELETE /account/identities/{id}`.
    pub async fn delete_identity(&self, id: &Id) -> Result<(), AppwriteError> {
        self.send_empty(Call::delete(&format!("/account/identities/{id}")))
            .await
    }

    /// `GET /account/logs`: what happened lately, newest first. Appwrite 2 has no such route.
    pub async fn list_logs(&self) -> Result<Vec<Event>, AppwriteError> {
        let list: wire::LogList = self.send(Call::get("/account/logs")).await?;
        Ok(list.logs.into_iter().map(Event::from).collect())
    }

    /// `POST /account/verifications/email`: an email with a link to `url`.
    pub async fn create_email_verification(&self, url: &str) -> Result<(), AppwriteError> {
        let call = Call::post("/account/verifications/email", json!({ "url": url }));
        self.send_empty(call).await
    }

    /// `POST /account/verifications/phone`: a text message with a code.
    pub async fn create_phone_verification(&self) -> Result<(), AppwriteError> {
        self.send_empty(Call::post("/account/verifications/phone", json!({})))
            .await
    }

    /// `PUT /account/verifications/phone`, with the code as the secret.
    pub async fn update_phone_verification(
        &self,
        user_id: &str,
        secret: &str,
    ) -> Result<(), AppwriteError> {
        let body = json!({ "userId": user_id, "secret": secret });
        self.send_empty(Call::put("/account/verifications/phone", body))
            .await
    }

    /// `PATCH /account/mfa`: sets whether signing in takes a second step.
    pub async fn update_mfa(&self, on: bool) -> Result<(), AppwriteError> {
        self.send_empty(Call::patch("/account/mfa", json!({ "mfa": on })))
            .await
    }

    /// `GET /account/mfa/factors`. Also works for a session that lacks its second step.
    pub async fn list_mfa_factors(&self) -> Result<Factors, AppwriteError> {
        let factors: wire::Factors = self.send(Call::get("/account/mfa/factors")).await?;
        Ok(factors.into())
    }

    /// `POST /account/mfa/authenticators/totp`: a secret for an authenticator app. It counts once
    /// its first code has been verified, and replaces any secret that hasn't been.
    pub async fn create_totp(&self) -> Result<TotpSecret, AppwriteError> {
        let call = Call::post("/account/mfa/authenticators/totp", json!({}));
        self.send(call).await
    }

    /// `PUT /account/mfa/authenticators/totp`: verifies the app's first code.
    pub async fn verify_totp(&self, otp: &str) -> Result<(), AppwriteError> {
        let call = Call::put("/account/mfa/authenticators/totp", json!({ "otp": otp }));
        self.send_empty(call).await
    }

    /// `DELETE /account/mfa/authenticators/totp`. Needs a recent second step.
    pub async fn delete_totp(&self) -> Result<(), AppwriteError> {
        self.send_empty(Call::delete("/account/mfa/authenticators/totp"))
            .await
    }

    /// `POST /account/mfa/recovery-codes`: the first ones.
    pub async fn create_recovery_codes(&self) -> Result<Vec<String>, AppwriteError> {
        let call = Call::post("/account/mfa/recovery-codes", json!({}));
        let codes: wire::RecoveryCodes = self.send(call).await?;
        Ok(codes.recovery_codes)
    }

    /// `PATCH /account/mfa/recovery-codes`: replaces them. Needs a recent second step.
    pub async fn update_recovery_codes(&self) -> Result<Vec<String>, AppwriteError> {
        let call = Call::patch("/account/mfa/recovery-codes", json!({}));
        let codes: wire::RecoveryCodes = self.send(call).await?;
        Ok(codes.recovery_codes)
    }

    /// `POST /account/mfa/challenges`: begins a second step, and sends the code if the factor needs
    /// one. Returns the challenge's ID, which is no secret.
    pub async fn create_mfa_challenge(&self, factor: Factor) -> Result<String, AppwriteError> {
        let call = Call::post(
            "/account/mfa/challenges",
            json!({ "factor": <&str>::from(factor) }),
        );
        let challenge: wire::Id = self.send(call).await?;
        Ok(challenge.id)
    }

    /// `PUT /account/mfa/challenges`: answers the challenge, which completes the session.
    pub async fn update_mfa_challenge(&self, id: &str, otp: &str) -> Result<(), AppwriteError> {
        let body = json!({ "challengeId": id, "otp": otp });
        self.send_empty(Call::put("/account/mfa/challenges", body))
            .await
    }
}

/// What an authenticator app needs.
#[derive(Deserialize)]
pub struct TotpSecret {
    /// To type into the app.
    pub secret: String,
    /// To scan with the app: an `otpauth:` URL.
    pub uri: String,
}

/// A session that has been given the lifetime of a new one.
#[derive(Clone, Copy, Debug)]
pub struct ExtendedSession {
    /// When it began, if Appwrite says so.
    pub created: Option<OffsetDateTime>,
    /// When Appwrite ends it.
    pub expire: OffsetDateTime,
}

/// A session that Appwrite has just made, with its secret.
#[derive(Debug)]
pub struct NewSession {
    /// Its own ID.
    pub id: String,
    /// The ID of its owner.
    pub user_id: String,
    /// What it began with, in Appwrite's words: `email` is a password, `token` a code by email,
    /// `magic-url` a link, `phone` a code by text message, and others are providers.
    pub provider: String,
    /// What goes into the cookie.
    pub secret: SessionSecret,
    /// When it began, if Appwrite says so.
    pub created: Option<OffsetDateTime>,
    /// When Appwrite ends it.
    pub expire: OffsetDateTime,
}

/// Anybody's account, for when nobody is signed in yet.
pub struct AdminAccount<'a> {
    pub(super) transport: &'a Transport,
    pub(super) credentials: &'a HeaderMap,
}

impl AdminAccount<'_> {
    async fn send<T: DeserializeOwned>(&self, call: Call<'_>) -> Result<T, AppwriteError> {
        let answer = self.transport.send(self.credentials.clone(), call).await;
        answer.map_err(AppwriteError::or_key_refused)
    }

    /// `POST /account`: makes an account. The name may be empty.
    pub async fn create(
        &self,
        email: &str,
        password: &str,
        name: Option<&str>,
    ) -> Result<Account, AppwriteError> {
        let mut body = json!({ "userId": "unique()", "email": email, "password": password });
        if let Some(name) = name {
            body["name"] = name.into();
        }
        let created: Result<wire::Account, _> = self.send(Call::post("/account", body)).await;
        Ok(created.map_err(AppwriteError::or_email_taken)?.into())
    }

    /// `POST /account/sessions/email`: signs in with email and password.
    pub async fn create_email_password_session(
        &self,
        email: &str,
        password: &str,
    ) -> Result<NewSession, AppwriteError> {
        let body = json!({ "email": email, "password": password });
        let call = Call::post("/account/sessions/email", body);
        self.start_session(call).await
    }

    async fn start_session(&self, call: Call<'_>) -> Result<NewSession, AppwriteError> {
        let session: wire::Session = self.send(call).await?;
        let session = NewSession::try_from(session)?;
        self.transport.sessions.started(&session.secret);
        Ok(session)
    }

    /// `POST /account/sessions/anonymous`: signs in as a new guest.
    pub async fn create_anonymous_session(&self) -> Result<NewSession, AppwriteError> {
        self.start_session(Call::post("/account/sessions/anonymous", json!({})))
            .await
    }

    /// `POST /account/sessions/token`: signs in with a code, a link's secret or what OAuth2
    /// brought.
    pub async fn create_session(
        &self,
        user_id: &str,
        secret: &str,
    ) -> Result<NewSession, AppwriteError> {
        let body = json!({ "userId": user_id, "secret": secret });
        self.start_session(Call::post("/account/sessions/token", body))
            .await
    }

    /// `POST /account/tokens/magic-url`: an email with a link to `url`. Makes an account if the
    /// address has none.
    pub async fn create_magic_url_token(
        &self,
        email: &str,
        url: &str,
    ) -> Result<Token, AppwriteError> {
        let id = Id::unique();
        let body = json!({ "userId": id.as_str(), "email": email, "url": url, "phrase": true });
        let sent = self.send(Call::post("/account/tokens/magic-url", body));
        let sent = sent.await.map_err(AppwriteError::or_email_taken)?;
        Ok(Token::of(sent, &id))
    }

    /// `POST /account/tokens/email`: an email with a code. Makes an account if the address has
    /// none.
    pub async fn create_email_token(&self, email: &str) -> Result<Token, AppwriteError> {
        let id = Id::unique();
        let body = json!({ "userId": id.as_str(), "email": email, "phrase": true });
        let sent = self.send(Call::post("/account/tokens/email", body));
        let sent = sent.await.map_err(AppwriteError::or_email_taken)?;
        Ok(Token::of(sent, &id))
    }

    /// `POST /account/tokens/phone`: a text message with a code. Makes an account if the number has
    /// none.
    pub async fn create_phone_token(&self, phone: &str) -> Result<Token, AppwriteError> {
        let body = json!({ "userId": "unique()", "phone": phone });
        self.send(Call::post("/account/tokens/phone", body)).await
    }

    /// `POST /account/recovery`: an email with a link to `url`.
    pub async fn create_recovery(&self, email: &str, url: &str) -> Result<(), AppwriteError> {
        let body = json!({ "email": email, "url": url });
        let _: wire::Id = self.send(Call::post("/account/recovery", body)).await?;
        Ok(())
    }

    /// `PUT /account/recovery`: sets a new password, with the secret from the link.
    pub async fn update_recovery(
        &self,
        user_id: &str,
        secret: &str,
        password: &str,
    ) -> Result<(), AppwriteError> {
        let body = json!({ "userId": user_id, "secret": secret, "password": password });
        let _: wire::Id = self.send(Call::put("/account/recovery", body)).await?;
        Ok(())
    }

    /// `GET /account/tokens/oauth2/{provider}`: the address where a browser goes to sign in. It
    /// comes back to `success` with `userId` and `secret`, or to `failure` with `error`.
    pub async fn create_oauth2_token(
        &self,
        provider: &Id,
        success: &str,
        failure: &str,
    ) -> Result<String, AppwriteError> {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("success", success)
            .append_pair("failure", failure)
            .finish();
        let path = format!("/account/tokens/oauth2/{provider}?{query}");
        let call = Call::get(&path);
        let answer = self
            .transport
            .send_for_location(self.credentials.clone(), call)
            .await;
        answer.map_err(AppwriteError::or_key_refused)
    }
}

/// A one-time token that was sent to somebody. This isn't its secret.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The ID of the user who signs in.
    pub user_id: String,
    /// Words that the email repeats. Empty if none were asked for.
    #[serde(default)]
    pub phrase: String,
    /// Whether the account was made for this token. `false` if nobody can say.
    #[serde(skip)]
    pub is_new_account: bool,
}

impl Token {
    /// One that was asked for with this ID for a new account. An account that was there keeps its own.
    fn of(sent: Self, id: &Id) -> Self {
        Self {
            is_new_account: sent.user_id == id.as_str(),
            ..sent
        }
    }
}

/// What needs no session and no API key. Appwrite even refuses a key.
pub struct GuestAccount<'a> {
    pub(super) transport: &'a Transport,
}

impl GuestAccount<'_> {
    /// `PUT /account/verifications/email`, with the secret from the link.
    pub async fn update_email_verification(
        &self,
        user_id: &str,
        secret: &str,
    ) -> Result<(), AppwriteError> {
        let body = json!({ "userId": user_id, "secret": secret });
        let call = Call::put("/account/verifications/email", body);
        self.transport.send_empty(HeaderMap::new(), call).await
    }
}

fn garbage(reason: &str) -> AppwriteError {
    AppwriteError::Garbage {
        status: StatusCode::CREATED,
        reason: reason.to_owned(),
    }
}

fn expiry(session: &wire::Session) -> Result<OffsetDateTime, AppwriteError> {
    let expiry = session.expiry();
    expiry.ok_or_else(|| garbage("the session's expiry is no date"))
}

impl TryFrom<wire::Session> for NewSession {
    type Error = AppwriteError;

    fn try_from(session: wire::Session) -> Result<Self, AppwriteError> {
        let expire = expiry(&session)?;
        let secret = SessionSecret::decode(&session.secret).ok_or_else(|| {
            garbage("the session has no secret; is APPWRITE_KEY a key of this project?")
        })?;
        Ok(Self {
            created: session.created(),
            id: session.id,
            user_id: session.user_id,
            provider: session.provider,
            secret,
            expire,
        })
    }
}
