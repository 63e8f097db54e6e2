//! Signing in with an OAuth2 provider: out to its consent page, back with a code, on to the app.

use rusqlite::Connection;
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::sessions::{SignIn, start};
use crate::{
    call::Call,
    error::ApiError,
    oauth2::{self, MOCK_SCOPE, Person},
    params::one_of,
    platforms::with_query,
    provider::Provider,
    reply::Reply,
    secret,
    store::{
        IdentityRow, NewUser, SECRET_BYTES, TargetRow, TargetType, TokenKind, TokenRow, UserRow,
    },
};

/// How long an app has to exchange a flow's token, in seconds.
const TOKEN_SECONDS: i64 = 60;

/// The most scopes an app may request.
const SCOPES: usize = 100;

/// `GET /account/sessions/oauth2/:provider`: starts a flow that ends with session cookies.
pub async fn create_session(call: Call) -> Result<Reply, ApiError> {
    begin(&call, false)
}

/// `GET /account/tokens/oauth2/:provider`: starts a flow that ends with a token.
pub async fn create_token(call: Call) -> Result<Reply, ApiError> {
    begin(&call, true)
}

/// The provider named in the path.
fn provider(call: &Call) -> Result<Provider, ApiError> {
    one_of("provider", call.path.get("provider"))
}

fn check_enabled(call: &Call, provider: Provider) -> Result<(), ApiError> {
    let on = &call.shared.settings.oauth_providers;
    on.iter()
        .any(|enabled| enabled == provider.id())
        .then_some(())
        .ok_or_else(|| ApiError::known("project_provider_disabled"))
}

/// Where a flow ends if the app gave no URL.
fn default_url(call: &Call, outcome: &str) -> String {
    format!("{}/console/auth/oauth2/{outcome}", call.origin)
}

fn begin(call: &Call, token: bool) -> Result<Reply, ApiError> {
    let provider = provider(call)?;
    let platforms = &call.shared.platforms;
    let url = |name: &str| -> Result<String, ApiError> {
        let given = call.params.optional_redirect(name, platforms)?;
        // Pass the URL on as it was written, not as it was parsed.
        Ok(match given {
            Some(_) => call.params.raw(name).to_owned(),
            None => default_url(call, name),
        })
    };
    let (success, failure) = (url("success")?, url("failure")?);
    let scopes = call.params.optional_list("scopes")?;
    if scopes.len() > SCOPES {
        let rule = "Value must a valid array no longer than 100 items";
        return Err(ApiError::invalid("scopes", rule));
    }
    check_enabled(call, provider)?;
    let id = provider.id();
    let state = json!({ "success": success, "failure": failure, "token": token }).to_string();
    let callback = format!(
        "{}/v1/account/sessions/oauth2/callback/{id}/{}",
        call.origin, call.shared.project
    );
    let mock = provider.is_mock();
    let mut all = Vec::new();
    if mock {
        all.push(MOCK_SCOPE.to_owned());
    }
    all.extend(scopes);
    let scope = all.join(" ");
    let mut query = form_urlencoded::Serializer::new(String::new());
    if !mock {
        query.append_pair("provider", id);
    }
    query
        .append_pair("client_id", "1")
        .append_pair("redirect_uri", &callback)
        .append_pair("scope", &scope)
        .append_pair("state", &state);
    let page = if mock {
        "/v1/mock/tests/general/oauth2"
    } else {
        "/_local/oauth2"
    };
    Ok(Reply::redirect(format!(
        "{}{page}?{}",
        call.origin,
        query.finish()
    )))
}

/// `GET` or `POST /account/sessions/oauth2/callback/:provider/:projectId`: takes the provider's
/// answer and redirects to where cookies can be set.
pub async fn callback(call: Call) -> Result<Reply, ApiError> {
    let id = provider(&call)?.id();
    let mut query = form_urlencoded::Serializer::new(String::new());
    for name in ["code", "state", "error", "error_description"] {
        let value = call.params.raw(name);
        if !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    query.append_pair("project", call.path.get("projectId"));
    let path = format!("/v1/account/sessions/oauth2/{id}/redirect");
    Ok(Reply::redirect(format!(
        "{}{path}?{}",
        call.origin,
        query.finish()
    )))
}

/// What the `state` parameter says about a flow.
struct State {
    success: Url,
    failure: Option<Url>,
    token: bool,
}

fn state(call: &Call) -> Result<State, ApiError> {
    let state: Value = serde_json::from_str(call.params.raw("state")).unwrap_or_default();
    let platforms = &call.shared.platforms;
    let text = |name: &str| state[name].as_str().filter(|text| !text.is_empty());
    let success = text("success").map_or_else(|| default_url(call, "success"), str::to_owned);
    let success = platforms
        .parse(&success)
        .map_err(|_| ApiError::known("project_invalid_success_url"))?;
    let failure = text("failure")
        .map(|failure| platforms.parse(failure))
        .transpose()
        .map_err(|_| ApiError::known("project_invalid_failure_url"))?;
    Ok(State {
        success,
        failure,
        token: state["token"].as_bool().unwrap_or(false),
    })
}

/// `GET /account/sessions/oauth2/:provider/redirect`: exchanges the code, finds or creates the
/// user, and hands the app its session or token.
pub async fn redirect(call: Call) -> Result<Reply, ApiError> {
    let provider = provider(&call)?;
    let state = state(&call)?;
    let failure = state.failure.clone();
    match finish(&call, provider, state).await {
        Err(error) => match failure {
            Some(url) => {
                let body = json!({
                    "message": error.message,
                    "type": error.kind,
                    "code": error.status,
                });
                let body = body.to_string();
                let mut more = vec![("error", body.as_str())];
                if url.path() == "/console/auth/oauth2/failure" {
                    more.push(("project", &call.shared.project));
                }
                Ok(Reply::redirect(with_query(url.clone(), &more)).not_logged())
            }
            None => Err(error),
        },
        finished => finished,
    }
}

async fn finish(call: &Call, provider: Provider, state: State) -> Result<Reply, ApiError> {
    check_enabled(call, provider)?;
    let (id, name) = (provider.id(), provider.name());
    let failed = |message: String| ApiError::with("user_oauth2_provider_error", 424, message);
    let error = call.params.raw("error");
    if !error.is_empty() {
        let description = call.params.raw("error_description");
        let description = if description.is_empty() {
            String::new()
        } else {
            format!(": {description}")
        };
        return Err(failed(format!(
            "The {name} OAuth2 provider returned an error: {error}{description}"
        )));
    }
    let code = call.params.raw("code").to_owned();
    if code.is_empty() {
        return Err(failed(
            "Missing OAuth2 code. Please contact the Appwrite team for additional support."
                .to_owned(),
        ));
    }
    let limit = call.shared.settings.auth_limit;
    let caller = call
        .caller
        .signed_in
        .as_ref()
        .map(|one| one.user.id.clone());
    let token = state.token;
    let (user, person, secret) = call
        .shared
        .store
        .run(move |connection| {
            let person = oauth2::exchange(connection, provider, &code)?;
            if person.email.is_empty() {
                let message = "OAuth provider failed to return email.".to_owned();
                return Err(ApiError::with("user_unauthorized", 401, message));
            }
            let user = user_for(connection, id, &person, caller, limit)?;
            if !user.status {
                return Err(ApiError::known("user_blocked"));
            }
            let tokens = &person.tokens;
            IdentityRow::put(connection, &user.id, id, &person.uid, &person.email, tokens)?;
            let secret = secret::hex(32);
            if token {
                let lifetime = time::Duration::seconds(TOKEN_SECONDS);
                TokenRow::create(connection, &user.id, TokenKind::OAuth2, &secret, lifetime)?;
            }
            Ok((user, person, secret))
        })
        .await?;
    if token {
        let payload = json!({ "secret": secret, "provider": id });
        let wrapped = call.shared.signer.sign(payload, TOKEN_SECONDS);
        let more = [("secret", wrapped.as_str()), ("userId", &user.id)];
        let location = with_query(state.success, &more);
        return Ok(Reply::redirect(location).logged_for(user.id));
    }
    if let Some(old) = call
        .caller
        .signed_in
        .as_ref()
        .and_then(|one| one.session.clone())
    {
        call.shared
            .store
            .run(move |connection| old.delete(connection))
            .await?;
    }
    let sign_in = SignIn {
        user,
        provider: id,
        provider_uid: person.uid,
        factors: &["email", "oauth2"],
        tokens: person.tokens,
        alert: false,
        secret_bytes: SECRET_BYTES,
    };
    let (session, secret) = start(call, sign_in).await?;
    let location = if state.success.path() == "/console/auth/oauth2/success" {
        let key = format!("a_session_{}", call.shared.project);
        let domain = state.success.host_str().unwrap_or_default().to_owned();
        with_query(
            state.success,
            &[
                ("project", &call.shared.project),
                ("domain", &domain),
                ("key", &key),
                ("secret", &secret),
            ],
        )
    } else {
        state.success.into()
    };
    Ok(Reply::redirect(location)
        .logged_for(session.user_id)
        .with_session(secret, session.expire))
}

/// The user for somebody at a provider. In this order: the caller, who is linking the identity; the
/// user who already has the identity; the user with the same address, if the provider has verified
/// it; a new user.
fn user_for(
    connection: &Connection,
    provider: &str,
    person: &Person,
    caller: Option<String>,
    limit: u32,
) -> Result<UserRow, ApiError> {
    let missing = || ApiError::known("user_not_found");
    let identity = IdentityRow::find_by_uid(connection, provider, &person.uid)?;
    if let Some(caller) = caller {
        if identity.is_some_and(|identity| identity.user_id != caller)
            || IdentityRow::email_of_another(connection, &person.email, &caller)?
        {
            return Err(ApiError::known("user_already_exists"));
        }
        let mut user = UserRow::find(connection, &caller)?.ok_or_else(missing)?;
        if user.email().is_none() {
            if UserRow::find_by_email(connection, &person.email)?.is_some() {
                return Err(ApiError::known("user_already_exists"));
            }
            user.email = Some(person.email.clone());
            user.email_verification = true;
            if user.name.is_empty() {
                user.name.clone_from(&person.name);
            }
            user.save(connection)?;
            TargetRow::create(
                connection,
                None,
                &user.id,
                TargetType::Email,
                &person.email,
                None,
                "",
            )?;
        }
        return Ok(user);
    }
    if let Some(identity) = identity {
        return UserRow::find(connection, &identity.user_id)?.ok_or_else(missing);
    }
    if let Some(mut user) = UserRow::find_by_email(connection, &person.email)? {
        // An address that the provider hasn't verified proves nothing.
        if !person.verified {
            return Err(ApiError::known("general_bad_request"));
        }
        if !user.email_verification {
            user.email_verification = true;
            user.save(connection)?;
        }
        return Ok(user);
    }
    if let Some(identity) = IdentityRow::find_by_email(connection, &person.email)? {
        if !person.verified {
            return Err(ApiError::known("general_bad_request"));
        }
        return UserRow::find(connection, &identity.user_id)?.ok_or_else(missing);
    }
    let new = NewUser {
        name: person.name.clone(),
        email: Some(person.email.clone()),
        email_verification: true,
        with_targets: true,
        ..NewUser::default()
    };
    UserRow::create(connection, new, limit)
}
