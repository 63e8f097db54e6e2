//! What every request goes through, in Appwrite's order: origin, project, key, session, scope,
//! blocked user, second factor, route group, parameters, and then the route itself.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    agent::{self, Device},
    caller::{self, Caller, SignedIn, header as text_of},
    config::Key,
    cors,
    error::ApiError,
    params::Params,
    password::Passwords,
    reply::Reply,
    routes::{self, Group, Route},
    store::Store,
};

/// As large as a request to these routes may be.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// What all requests share.
pub struct Shared {
    /// The data.
    pub store: Store,
    /// The hashing of passwords.
    pub passwords: Passwords,
    /// ID of the one project.
    pub project: String,
    /// Its API keys.
    pub keys: Vec<Key>,
    /// Hostnames of its web platforms.
    pub platforms: Vec<String>,
}

/// A request that has passed every check, as a route sees it.
pub struct Call {
    /// What all requests share.
    pub shared: Arc<Shared>,
    /// Who calls.
    pub caller: Caller,
    /// Its parameters.
    pub params: Params,
    /// What stands in the path where the route has a `:name`.
    pub path: Vec<String>,
    /// The caller's address.
    pub ip: String,
    /// The caller's device, by its user agent.
    pub device: Device,
}

impl Call {
    /// The user who calls. Routes whose scope only users have can rely on one.
    pub fn signed_in(&self) -> Result<SignedIn, ApiError> {
        self.caller
            .signed_in
            .clone()
            .ok_or_else(|| ApiError::known("user_unauthorized"))
    }

    /// What stands in the path's first `:name`.
    pub fn id(&self) -> String {
        self.path.first().cloned().unwrap_or_default()
    }
}

/// Answers any request below `/v1`.
pub async fn answer(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let origin = text_of(&parts.headers, "origin").to_owned();
    let preflight = parts.method == Method::OPTIONS;
    let fallback = !caller::has_session_header(&parts.headers, &shared.project);
    let host = text_of(&parts.headers, "host")
        .rsplit_once(':')
        .map_or_else(
            || text_of(&parts.headers, "host").to_owned(),
            |(host, _)| host.to_owned(),
        );
    let https = text_of(&parts.headers, "x-forwarded-proto") == "https";
    let project = shared.project.clone();
    let platforms = shared.platforms.clone();
    let result = if preflight {
        Ok(Reply::no_content())
    } else {
        run(shared, peer, &parts, body, &host).await
    };
    let mut response = match result {
        Ok(reply) => reply.into_response(&project, &host, https),
        Err(error) => {
            let mut response =
                Reply::json(error.status, error.body()).into_response(&project, &host, https);
            let headers = response.headers_mut();
            headers.insert(
                header::CACHE_CONTROL,
                HeaderValue::from_static("no-cache, no-store, must-revalidate"),
            );
            headers.insert(header::EXPIRES, HeaderValue::from_static("0"));
            headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
            response
        }
    };
    if parts.method == Method::HEAD {
        response = response.map(|_| Body::empty());
    }
    let headers = response.headers_mut();
    cors::add(headers, &origin, preflight, &platforms);
    headers.insert(header::SERVER, HeaderValue::from_static("Appwrite"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        "x-debug-fallback",
        HeaderValue::from_static(if fallback { "true" } else { "false" }),
    );
    response
}

async fn run(
    shared: Arc<Shared>,
    peer: SocketAddr,
    parts: &axum::http::request::Parts,
    body: Body,
    host: &str,
) -> Result<Reply, ApiError> {
    let headers = &parts.headers;
    let query = parts.uri.query().unwrap_or_default();
    let (route, path) = routes::find(&parts.method, parts.uri.path())
        .ok_or_else(|| ApiError::known("general_route_not_found"))?;
    if route.needs_project {
        let project = url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "project")
            .map_or_else(
                || text_of(headers, "x-appwrite-project").to_owned(),
                |(_, project)| project.into_owned(),
            );
        if project != shared.project {
            return Err(ApiError::known("project_not_found"));
        }
    }
    let key = caller::key(headers, &shared.keys)?;
    if key.is_none() {
        cors::check_origin(&parts.method, text_of(headers, "origin"), &shared.platforms)?;
    }
    let signed_in = match caller::session_secret(headers, &shared.project) {
        Some(secret) => {
            shared
                .store
                .run(move |connection| caller::sign_in(connection, &secret))
                .await?
        }
        None => None,
    };
    let caller = Caller { key, signed_in };
    caller.check_scope(route.scope, &shared.project, host)?;
    check_user(&caller, route)?;
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| ApiError {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        kind: "general_argument_invalid",
        message: "The request's body is too large.".to_owned(),
    })?;
    let user_agent = match &caller.key {
        Some(_) if headers.contains_key("x-forwarded-user-agent") => "x-forwarded-user-agent",
        _ => "user-agent",
    };
    let call = Call {
        params: Params::read(&parts.method, query, headers, &body),
        path,
        ip: peer.ip().to_string(),
        device: agent::parse(text_of(headers, user_agent)),
        caller,
        shared,
    };
    (route.run)(call).await
}

/// What a signed-in user can be refused for, whatever they ask.
fn check_user(caller: &Caller, route: &Route) -> Result<(), ApiError> {
    let Some(SignedIn { user, session }) = &caller.signed_in else {
        return Ok(());
    };
    if !user.status {
        return Err(ApiError::known("user_blocked"));
    }
    let can_answer = user.email_verification || user.phone_verification;
    if user.mfa && can_answer && session.factors.len() < 2 && route.group != Group::Mfa {
        return Err(ApiError::known("user_more_factors_required"));
    }
    if route.group == Group::Session {
        return Err(ApiError::known("user_session_already_exists"));
    }
    Ok(())
}

/// Whatever else is asked for.
pub async fn not_found() -> Response {
    let error = ApiError::known("general_route_not_found");
    (error.status, error.body().to_string()).into_response()
}
