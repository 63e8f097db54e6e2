//! The checks that every request passes, in Appwrite's order: project, key, origin, session, scope,
//! blocked user, second factor, rate limit, route group. Then the route's handler runs.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    response::Response,
};
use rusqlite::Connection;
use time::{Duration, OffsetDateTime};

use crate::{
    call::{Call, PathParams},
    caller::{self, Caller, Credential, Impersonated, SignedIn},
    cors,
    error::ApiError,
    headers,
    limits::{Limit, Remaining},
    pages,
    params::Params,
    reply::Reply,
    route::{Group, Route},
    router::{self, Router},
    settings::Settings,
    shared::Shared,
    store::{LogRow, Store},
    timestamp,
    user_agent::{self, Device},
};

/// The largest request body, in bytes.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// How long an answered challenge keeps unlocking the routes that require one.
const CHALLENGE_IS_RECENT: Duration = Duration::seconds(1800);

/// What it takes to answer requests to Appwrite's API.
pub struct Api {
    /// What all requests share.
    pub shared: Arc<Shared>,
    /// The routes.
    pub router: Router,
}

/// Answers any request under `/v1`, and any that no page answers.
pub async fn answer(
    State(api): State<Arc<Api>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let shared = &api.shared;
    let (parts, body) = request.into_parts();
    let origin = headers::text(&parts.headers, "origin").to_owned();
    let preflight = parts.method == Method::OPTIONS;
    let fallback = !caller::has_session_header(&parts.headers, &shared.project);
    let host = host(&parts.headers);
    let https = headers::text(&parts.headers, "x-forwarded-proto") == "https";
    let found = api.router.find(&parts.method, parts.uri.path());
    let html = match &found {
        Ok((route, _)) => route.html,
        Err(error) => error.kind == router::NOT_FOUND,
    };
    let mut remaining = None;
    let result = match found {
        _ if preflight => Ok(Reply::no_content()),
        Ok((route, path)) => {
            let destination = Destination {
                route,
                path,
                host: &host,
                https,
            };
            run(shared, peer, &parts, body, destination, &mut remaining).await
        }
        Err(error) => Err(error),
    };
    let mut response = match result {
        Ok(reply) => reply.into_response(&shared.project, &host, https),
        Err(error) => {
            let status = error.http_status();
            let reply = if html {
                let message = error.public_message();
                let page = pages::outcome::page("Error", message, Some(error.kind));
                Reply::html(status, page.into_string())
            } else {
                Reply::json(status, error.body())
            };
            let mut response = reply.into_response(&shared.project, &host, https);
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
    if let Some(remaining) = remaining {
        headers.insert("x-ratelimit-limit", remaining.limit.into());
        headers.insert("x-ratelimit-remaining", remaining.calls.into());
        headers.insert("x-ratelimit-reset", remaining.reset.into());
    }
    cors::add(headers, &origin, preflight, &shared.platforms);
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

/// The requested route, and where it was requested.
struct Destination<'a> {
    route: &'static Route,
    path: PathParams,
    host: &'a str,
    https: bool,
}

async fn run(
    shared: &Arc<Shared>,
    peer: SocketAddr,
    parts: &Parts,
    body: Body,
    destination: Destination<'_>,
    remaining: &mut Option<Remaining>,
) -> Result<Reply, ApiError> {
    let headers = &parts.headers;
    let query = parts.uri.query().unwrap_or_default();
    let Destination {
        route,
        path,
        host,
        https,
    } = destination;
    if route.needs_project {
        let project = url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "project")
            .map_or_else(
                || headers::text(headers, "x-appwrite-project").to_owned(),
                |(_, project)| project.into_owned(),
            );
        if project.is_empty() {
            let message = "No Appwrite project was specified. Please specify your project ID when \
                 initializing your Appwrite SDK.";
            return Err(ApiError::with(
                "general_access_forbidden",
                401,
                message.to_owned(),
            ));
        }
        if project != shared.project {
            return Err(ApiError::known("project_not_found"));
        }
    }
    let key = caller::key(headers, &shared.keys)?;
    // Routes that an OAuth2 provider calls are exempt, since it posts from its own page.
    if key.is_none() && route.needs_project {
        cors::check_origin(headers::text(headers, "origin"), &shared.platforms)?;
    }
    let credentials = caller::credentials(headers, &shared.project, &shared.signer)?;
    let signed_in = if credentials.is_empty() {
        None
    } else {
        sign_in(&shared.store, credentials, caller::impersonated(headers)).await?
    };
    let caller = Caller { key, signed_in };
    caller.check_scope(route.scopes, &shared.project, host)?;
    check_user(&caller, route)?;
    let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| {
        let message = "The request's body is too large.".to_owned();
        ApiError::with("general_argument_invalid", 413, message)
    })?;
    let params = Params::read(&parts.method, query, headers, &body);
    let ip = address(headers, peer);
    let mut counted_keys = Vec::new();
    if let (Some(limits), Some(limit)) = (&shared.limits, &route.limit) {
        counted_keys = limit_keys(route, limit, &caller, &params, &ip);
        let counted = limits.count(limit, &counted_keys, caller.key.is_some());
        *remaining = Some(counted);
        if counted.exceeded {
            return Err(ApiError::known("general_rate_limit_exceeded"));
        }
    }
    check_group(&caller, route, &shared.settings)?;
    let user_agent_header = match &caller.key {
        Some(_) if headers.contains_key("x-forwarded-user-agent") => "x-forwarded-user-agent",
        _ => "user-agent",
    };
    let scheme = if https { "https" } else { "http" };
    let device = user_agent::parse(headers::text(headers, user_agent_header));
    let user = caller.signed_in.as_ref();
    let log_entry = route.event.map(|event| LogEntry {
        event,
        caller: user.map(|signed_in| signed_in.user.id.clone()),
        ip: ip.clone(),
        device: device.clone(),
    });
    let call = Call {
        params,
        path,
        origin: format!("{scheme}://{}", headers::text(headers, "host")),
        ip,
        device,
        locale: headers::text(headers, "x-appwrite-locale").to_owned(),
        caller,
        shared: Arc::clone(shared),
    };
    let reply = (route.handler)(call).await?;
    if let (Some(limits), Some(Limit { resets: true, .. })) = (&shared.limits, &route.limit) {
        limits.forget(&counted_keys);
    }
    if let Some(log_entry) = log_entry {
        log_entry.save(&shared.store, &reply).await;
    }
    Ok(reply)
}

/// Finds the user for a request's credentials. Only if there's something to note about them does this
/// wait for its turn to write.
async fn sign_in(
    store: &Store,
    credentials: Vec<Credential>,
    impersonated: Option<Impersonated>,
) -> Result<Option<SignedIn>, ApiError> {
    let sent = Arc::new((credentials, impersonated));
    let find = |noted| {
        let sent = Arc::clone(&sent);
        move |connection: &Connection| {
            let (credentials, impersonated) = &*sent;
            caller::sign_in(connection, credentials, impersonated.as_ref(), noted)
        }
    };
    let found = store.read(find(false)).await?;
    match &found {
        Some(one) if one.impersonator.is_some() || one.user.is_access_old() => {
            store.run(find(true)).await
        }
        _ => Ok(found),
    }
}

/// The entry in a user's log, written once the handler has replied.
struct LogEntry {
    event: &'static str,
    caller: Option<String>,
    ip: String,
    device: Device,
}

impl LogEntry {
    /// Saves it. If that fails, what was done stays done, and the server's own log has the failure.
    async fn save(self, store: &Store, reply: &Reply) {
        let Some(user_id) = reply.logged_user_id(self.caller) else {
            return;
        };
        let (event, ip, device) = (self.event, self.ip, self.device);
        let _ = store
            .run(move |connection| LogRow::create(connection, &user_id, event, &ip, &device))
            .await;
    }
}

/// The host that a request was sent to, without the port. Like Appwrite, this trusts what a proxy in
/// front says.
fn host(headers: &HeaderMap) -> String {
    let host = match headers::text(headers, "x-forwarded-host") {
        "" => headers::text(headers, "host"),
        forwarded => forwarded,
    };
    let port = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    port.map_or(host, |(host, _)| host).to_ascii_lowercase()
}

/// The caller's address. Like Appwrite, this trusts what a proxy in front says.
fn address(headers: &HeaderMap, peer: SocketAddr) -> String {
    headers::text(headers, "x-forwarded-for")
        .split(',')
        .next()
        .and_then(|first| first.trim().parse::<std::net::IpAddr>().ok())
        .unwrap_or_else(|| peer.ip())
        .to_string()
}

/// The keys that a call is counted under.
fn limit_keys(
    route: &Route,
    limit: &Limit,
    caller: &Caller,
    params: &Params,
    ip: &str,
) -> Vec<String> {
    let user = caller.signed_in.as_ref();
    let user_id = user.map_or("", |signed_in| signed_in.user.id.as_str());
    limit
        .keys
        .iter()
        .map(|pattern| {
            let mut key = pattern
                .replace("{url}", &format!("{} {}", route.method, route.path))
                .replace("{ip}", ip)
                .replace("{userId}", user_id);
            for name in ["email", "phone", "userId", "challengeId"] {
                key = key.replace(&format!("{{param-{name}}}"), params.raw(name));
            }
            key
        })
        .collect()
}

/// Checks what applies to a signed-in user on every route.
fn check_user(caller: &Caller, route: &Route) -> Result<(), ApiError> {
    let Some(SignedIn { user, session, .. }) = &caller.signed_in else {
        return Ok(());
    };
    if !user.status {
        return Err(ApiError::known("user_blocked"));
    }
    let Some(session) = session else {
        return Ok(());
    };
    let lacks = user.mfa && !user.verified_factors().is_empty() && session.factors.len() < 2;
    if lacks && route.group != Group::Mfa {
        return Err(ApiError::known("user_more_factors_required"));
    }
    Ok(())
}

/// Checks what the route's group requires.
fn check_group(caller: &Caller, route: &Route, settings: &Settings) -> Result<(), ApiError> {
    if let Some(method) = route.sign_in
        && caller.key.is_none()
    {
        settings.check_allowed(method)?;
    }
    if route.group == Group::Session && caller.signed_in.is_some() {
        return Err(ApiError::known("user_session_already_exists"));
    }
    if route.group == Group::MfaProtected {
        let since = timestamp::format(OffsetDateTime::now_utc() - CHALLENGE_IS_RECENT);
        let session = caller
            .signed_in
            .as_ref()
            .and_then(|one| one.session.as_ref());
        if session.is_none_or(|session| session.mfa_updated < since) {
            return Err(ApiError::known("user_challenge_required"));
        }
    }
    Ok(())
}
