//! What this server has besides Appwrite's API, for people and tests: the status page, the inbox,
//! and the consent page that stands in for OAuth2 providers.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Json,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{Html, IntoResponse, Redirect, Response},
};
use maud::Markup;
use serde_json::json;
use url::Url;

use crate::{
    error::ApiError,
    headers,
    pages::{consent, inbox, outcome, status},
    platforms::with_query,
    provider::Provider,
    shared::Shared,
    store::{Grant, IdentityRow, Message, SessionRow, UserRow},
    tables::browsing,
    version::APPWRITE_VERSION,
};

pub type QueryParams = Query<HashMap<String, String>>;

/// An answer with a page.
pub fn html(page: Markup) -> Response {
    Html(page.into_string()).into_response()
}

/// The page of a list that `?page=` asks for. The first is 0.
pub fn number_of_page(pairs: &HashMap<String, String>) -> u32 {
    let page = pairs.get("page").and_then(|text| text.parse().ok());
    page.unwrap_or_default()
}

/// Answers only requests whose `Host` is this machine or one of the platforms. Otherwise a website
/// could point its own name here (DNS rebinding) and read the key and the inbox. Only forms of these
/// pages change anything, since any website can send one here. Also adds the headers that every page
/// has.
pub async fn guard(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let host = headers::text(request.headers(), "host");
    let url = Url::parse(&format!("http://{host}")).ok();
    let name = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let is_address = name
        .trim_matches(['[', ']'])
        .parse::<std::net::IpAddr>()
        .is_ok();
    let changes = !request.method().is_safe();
    let mut response = if !is_address && !shared.platforms.has(name) {
        let text = "This server answers for localhost and the project's platforms only.\n";
        (StatusCode::MISDIRECTED_REQUEST, text).into_response()
    } else if changes && !is_own_form(request.headers()) {
        let text = "Only this server's own pages may change anything.\n";
        (StatusCode::FORBIDDEN, text).into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; \
             img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::CACHE_CONTROL, "no-store"),
        // With `no-referrer`, browsers wouldn't say where a form comes from.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Whether a form was sent by one of these pages. Browsers say where a form comes from.
fn is_own_form(headers: &HeaderMap) -> bool {
    let origin = headers::text(headers, "origin");
    let host = headers::text(headers, "host");
    let from = origin.split_once("://").map(|(_, from)| from);
    from.is_some_and(|from| !from.is_empty() && from.eq_ignore_ascii_case(host))
}

/// An error, shown as a page.
pub struct PageError(ApiError);

impl From<ApiError> for PageError {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let page = outcome::page("Error", self.0.public_message(), Some(self.0.kind));
        (self.0.http_status(), Html(page.into_string())).into_response()
    }
}

/// `GET /`: what this is, and what to put in an app's `.env`.
pub async fn status_page(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let (users, sessions, tables, sent) = shared
        .store
        .read(|connection| {
            Ok((
                UserRow::count(connection)?,
                SessionRow::count(connection)?,
                browsing::count(connection)?,
                Message::count(connection)?,
            ))
        })
        .await?;
    let endpoint = format!("http://{}/v1", headers::text(&headers, "host"));
    Ok(html(status::page(&status::Status {
        version: APPWRITE_VERSION,
        endpoint: &endpoint,
        project: &shared.project,
        key: shared.keys.first().map_or("", |key| key.secret.as_str()),
        data: shared.folder.as_deref(),
        users,
        sessions,
        tables,
        messages: sent,
        limits: shared.limits.is_some(),
        providers: &shared.settings.oauth_providers,
    })))
}

async fn find_messages(
    shared: &Shared,
    Query(pairs): QueryParams,
) -> Result<Vec<Message>, ApiError> {
    let given = |name: &str| pairs.get(name).filter(|text| !text.is_empty()).cloned();
    let (to, contains) = (given("to"), given("contains"));
    shared
        .store
        .read(move |connection| Message::list(connection, to.as_deref(), contains.as_deref()))
        .await
}

/// `GET /_local/inbox`: the messages, newest first. `?to=` shows just one address's.
pub async fn inbox_page(
    State(shared): State<Arc<Shared>>,
    pairs: QueryParams,
) -> Result<Response, PageError> {
    let to = pairs.get("to").cloned();
    let found = find_messages(&shared, pairs).await?;
    Ok(html(inbox::page(&found, None, to.as_deref())))
}

/// `GET /_local/inbox/{id}`: one message.
pub async fn inbox_message(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    pairs: QueryParams,
) -> Result<Response, PageError> {
    let to = pairs.get("to").cloned();
    let found = find_messages(&shared, pairs).await?;
    let message = shared
        .store
        .read(move |connection| Message::find(connection, &id))
        .await?;
    let Some(message) = message else {
        let text = "The inbox keeps the last 1,000 messages; this one is not among them.";
        let page = outcome::page("Message not found", text, None);
        return Ok((StatusCode::NOT_FOUND, html(page)).into_response());
    };
    Ok(html(inbox::page(&found, Some(&message), to.as_deref())))
}

/// `GET /_local/inbox.json`: the messages for tests, newest first. Filter with `?to=` and
/// `?contains=`.
pub async fn inbox_json(
    State(shared): State<Arc<Shared>>,
    pairs: QueryParams,
) -> Result<Response, PageError> {
    let found = find_messages(&shared, pairs).await?;
    let messages: Vec<_> = found
        .iter()
        .map(|message| {
            json!({
                "id": message.id,
                "createdAt": message.created,
                "kind": message.kind.name(),
                "to": message.to,
                "subject": message.subject,
                "text": message.text,
                "link": message.link,
                "code": message.code,
            })
        })
        .collect();
    Ok(Json(json!({ "total": messages.len(), "messages": messages })).into_response())
}

/// `GET /_local/inbox.txt`: the newest message as plain text.
pub async fn inbox_text(
    State(shared): State<Arc<Shared>>,
    pairs: QueryParams,
) -> Result<Response, PageError> {
    let found = find_messages(&shared, pairs).await?;
    Ok(match found.first() {
        Some(message) => format!(
            "To: {}\nSubject: {}\nDate: {}\n\n{}\n",
            message.to, message.subject, message.created, message.text
        )
        .into_response(),
        None => (StatusCode::NOT_FOUND, "There's no such message.\n").into_response(),
    })
}

/// `GET /_local/inbox.js`: keeps the inbox up to date.
pub async fn inbox_script() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (kind, inbox::SCRIPT).into_response()
}

/// `GET /_local/oauth2`: the consent page, for any provider.
///
/// `provider`, `redirect_uri`, `scope` and `state` come from Appwrite's redirect. A test can skip
/// the page by adding `decision=allow` (or `deny`) and saying who it is with `email`, `name` and
/// `verified=1`.
pub async fn consent_page(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(pairs): QueryParams,
) -> Result<Response, PageError> {
    let given = |name: &str| pairs.get(name).map_or("", String::as_str);
    let Ok(provider) = given("provider").parse::<Provider>() else {
        return Err(ApiError::known("project_provider_disabled").into());
    };
    let id = provider.id();
    // Redirect back to nothing but Appwrite's own callback.
    let own = format!(
        "http://{}/v1/account/sessions/oauth2/callback/{id}/{}",
        headers::text(&headers, "host"),
        shared.project
    );
    if given("redirect_uri") != own {
        let message = "redirect_uri is not this server's callback".to_owned();
        return Err(ApiError::argument(message).into());
    }
    let back = |pairs: &[(&str, &str)]| -> Result<Response, PageError> {
        let url = Url::parse(&own).map_err(|_| ApiError::known("general_server_error"))?;
        let url = with_query(url, pairs);
        Ok(Redirect::to(&url).into_response())
    };
    let state = given("state");
    if given("decision") == "deny" {
        let text = "The user denied access";
        return back(&[
            ("error", "access_denied"),
            ("error_description", text),
            ("state", state),
        ]);
    }
    let chosen = given("as");
    let known = shared
        .store
        .read(move |connection| people_known_to(connection, id))
        .await?;
    let grant = if chosen.is_empty() {
        (given("decision") == "allow").then(|| Grant {
            email: given("email").trim().to_owned(),
            name: given("name").trim().to_owned(),
            verified: given("verified") == "1",
        })
    } else {
        known
            .iter()
            .find(|one| one.email == chosen)
            .map(|one| Grant {
                email: one.email.clone(),
                name: one.name.clone(),
                verified: true,
            })
    };
    let problem = match &grant {
        Some(grant) if !grant.email.contains('@') => Some("Enter an email address."),
        Some(grant) => {
            let grant = grant.clone();
            let code = shared
                .store
                .run(move |connection| Grant::create(connection, id, &grant))
                .await?;
            return back(&[("code", &code), ("state", state)]);
        }
        None => None,
    };
    let hidden =
        ["provider", "client_id", "redirect_uri", "scope", "state"].map(|name| (name, given(name)));
    let typed = given("decision") == "allow";
    let status = if problem.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let page = consent::page(&consent::Consent {
        provider: provider.name(),
        project: &shared.settings.name,
        scopes: &given("scope").split_whitespace().collect::<Vec<_>>(),
        hidden: &hidden,
        known: &known,
        problem,
        email: given("email"),
        name: given("name"),
        verified: !typed || given("verified") == "1",
    });
    Ok((status, html(page)).into_response())
}

/// The people who have used this provider before.
fn people_known_to(
    connection: &rusqlite::Connection,
    provider: &str,
) -> Result<Vec<consent::Known>, ApiError> {
    IdentityRow::list_recent(connection, provider)?
        .into_iter()
        .map(|identity| {
            let user = UserRow::find(connection, &identity.user_id)?;
            Ok(consent::Known {
                email: identity.provider_email,
                name: user.map(|user| user.name).unwrap_or_default(),
            })
        })
        .collect()
}

/// `GET /console/auth/oauth2/success` and `…/failure`: where a flow ends if the app gave no URL.
pub async fn console_outcome(Path(outcome): Path<String>, Query(pairs): QueryParams) -> Response {
    match outcome.as_str() {
        "success" => html(outcome::page(
            "Signed in",
            "The sign-in is complete. You can close this page.",
            None,
        )),
        "failure" => {
            let error = pairs.get("error").map(String::as_str);
            html(outcome::page(
                "Sign-in failed",
                "The sign-in was not completed.",
                error,
            ))
        }
        _ => PageError(ApiError::known("general_route_not_found")).into_response(),
    }
}
