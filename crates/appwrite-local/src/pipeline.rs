//! What every request goes through, in Appwrite's order: origin, project, key, session, scope,
//! blocked user, second factor, rate limit, route group, parameters, and then the route itself.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    response::{IntoResponse, Response},
};
use time::{Duration, OffsetDateTime};

use crate::{
    agent::{self, Device},
    caller::{self, Caller, SignedIn, header as text_of},
    config::Key,
    cors,
    error::ApiError,
    jwt::Signer,
    limits::{Left, Limit, Limits},
    model, pages,
    params::Params,
    password::Passwords,
    platforms::Platforms,
    reply::Reply,
    routes::{self, Group, Route, SignIn},
    settings::Settings,
    store::{LogRow, SessionRow, Store},
};

/// As large as a request to these routes may be.
const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// How long an answered challenge opens what Appwrite guards with one.
const CHALLENGE_IS_RECENT: Duration = Duration::seconds(1800);

/// What all requests share.
pub struct Shared {
    /// The data.
    pub store: Store,
    /// The hashing of passwords.
    pub passwords: Passwords,
    /// What signs JSON web tokens.
    pub signer: Signer,
    /// ID of the one project.
    pub project: String,
    /// Its API keys.
    pub keys: Vec<Key>,
    /// Its platforms.
    pub platforms: Platforms,
    /// Its settings.
    pub settings: Settings,
    /// The counters of calls, if they are limited.
    pub limits: Option<Limits>,
    /// The data folder, for the status page.
    pub folder: Option<String>,
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
    /// Where the request was sent to: `http://localhost:9080`.
    pub origin: String,
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

    /// The session of the request. A JSON web token brings none.
    pub fn session(&self) -> Result<SessionRow, ApiError> {
        let signed_in = self.caller.signed_in.as_ref();
        signed_in
            .and_then(|signed_in| signed_in.session.clone())
            .ok_or_else(|| ApiError::known("user_session_not_found"))
    }

    /// Whether an API key calls, which may see secrets.
    pub fn by_key(&self) -> bool {
        self.caller.key.is_some()
    }

    /// What stands in the path's `:name` with this index.
    pub fn part(&self, index: usize) -> &str {
        self.path.get(index).map_or("", String::as_str)
    }

    /// The ID in the path's first `:name`.
    pub fn id(&self, name: &str) -> Result<String, ApiError> {
        crate::params::uid(name, self.part(0))
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
    let host = host(&parts.headers);
    let https = text_of(&parts.headers, "x-forwarded-proto") == "https";
    let found = routes::find(&parts.method, parts.uri.path());
    let html = matches!(&found, Ok((route, _)) if route.html);
    let mut left = None;
    let result = match found {
        _ if preflight => Ok(Reply::no_content()),
        Ok((route, path)) => {
            let target = Target {
                route,
                path,
                host: &host,
                https,
            };
            run(&shared, peer, &parts, body, target, &mut left).await
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
    if let Some(left) = left {
        headers.insert("x-ratelimit-limit", left.limit.into());
        headers.insert("x-ratelimit-remaining", left.remaining.into());
        headers.insert("x-ratelimit-reset", left.reset.into());
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

/// The route that was asked for, and where.
struct Target<'a> {
    route: &'static Route,
    path: Vec<String>,
    host: &'a str,
    https: bool,
}

async fn run(
    shared: &Arc<Shared>,
    peer: SocketAddr,
    parts: &Parts,
    body: Body,
    target: Target<'_>,
    left: &mut Option<Left>,
) -> Result<Reply, ApiError> {
    let headers = &parts.headers;
    let query = parts.uri.query().unwrap_or_default();
    let Target {
        route,
        path,
        host,
        https,
    } = target;
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
    // An OAuth2 provider posts its answer from a page of its own.
    if key.is_none() && route.needs_project {
        cors::check_origin(&parts.method, text_of(headers, "origin"), &shared.platforms)?;
    }
    let credentials = caller::credentials(headers, &shared.project, &shared.signer)?;
    let signed_in = if credentials.is_empty() {
        None
    } else {
        let impersonated = caller::impersonated(headers);
        shared
            .store
            .run(move |connection| caller::sign_in(connection, &credentials, impersonated.as_ref()))
            .await?
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
    if let (Some(limits), Some(limit)) = (&shared.limits, &route.limit) {
        let keys = keys(route, limit, &caller, &params, &ip);
        let counted = limits.count(limit, &keys, caller.key.is_some());
        *left = Some(counted);
        if counted.exceeded {
            return Err(ApiError::known("general_rate_limit_exceeded"));
        }
    }
    check_group(&caller, route, &shared.settings)?;
    let user_agent = match &caller.key {
        Some(_) if headers.contains_key("x-forwarded-user-agent") => "x-forwarded-user-agent",
        _ => "user-agent",
    };
    let scheme = if https { "https" } else { "http" };
    let device = agent::parse(text_of(headers, user_agent));
    let user = caller.signed_in.as_ref();
    let noted = route.event.map(|event| Noted {
        event,
        caller: user.map(|signed_in| signed_in.user.id.clone()),
        ip: ip.clone(),
        device: device.clone(),
    });
    let call = Call {
        params,
        path,
        origin: format!("{scheme}://{}", text_of(headers, "host")),
        ip,
        device,
        caller,
        shared: Arc::clone(shared),
    };
    let reply = (route.run)(call).await?;
    if let Some(noted) = noted {
        noted.save(&shared.store, &reply).await;
    }
    Ok(reply)
}

/// What goes into a user's logs once a route has answered.
struct Noted {
    event: &'static str,
    caller: Option<String>,
    ip: String,
    device: Device,
}

impl Noted {
    /// Writes it down. What was done stays done when that fails, and the failure is in the server's
    /// own log.
    async fn save(self, store: &Store, reply: &Reply) {
        let Some(user_id) = reply.user_id(self.caller) else {
            return;
        };
        let (event, ip, device) = (self.event, self.ip, self.device);
        let _ = store
            .run(move |connection| LogRow::create(connection, &user_id, event, &ip, &device))
            .await;
    }
}

/// The host that a request was sent to, without the port.
fn host(headers: &HeaderMap) -> String {
    let host = text_of(headers, "host");
    let port = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    port.map_or(host, |(host, _)| host).to_owned()
}

/// The caller's address: what a proxy in front says, as with Appwrite, or the peer's.
fn address(headers: &HeaderMap, peer: SocketAddr) -> String {
    text_of(headers, "x-forwarded-for")
        .split(',')
        .next()
        .and_then(|first| first.trim().parse::<std::net::IpAddr>().ok())
        .unwrap_or_else(|| peer.ip())
        .to_string()
}

/// What a call is counted under.
fn keys(route: &Route, limit: &Limit, caller: &Caller, params: &Params, ip: &str) -> Vec<String> {
    let user = caller.signed_in.as_ref();
    let user_id = user.map_or("", |signed_in| signed_in.user.id.as_str());
    limit
        .keys
        .iter()
        .map(|pattern| {
            let mut key = pattern
                .replace("{url}", &format!("{:?} {}", route.verb, route.path))
                .replace("{ip}", ip)
                .replace("{userId}", user_id);
            for name in ["email", "phone", "userId", "challengeId"] {
                key = key.replace(&format!("{{param-{name}}}"), params.raw(name));
            }
            key
        })
        .collect()
}

/// What a signed-in user can be refused for, whatever they ask.
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

/// What a route's group asks for.
fn check_group(caller: &Caller, route: &Route, settings: &Settings) -> Result<(), ApiError> {
    if let Some(method) = route.sign_in
        && caller.key.is_none()
    {
        check_method(method, settings)?;
    }
    if route.group == Group::Session && caller.signed_in.is_some() {
        return Err(ApiError::known("user_session_already_exists"));
    }
    if route.group == Group::MfaProtected {
        let since = model::date(OffsetDateTime::now_utc() - CHALLENGE_IS_RECENT);
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

/// Whether the project has a way to sign in switched on.
fn check_method(method: SignIn, settings: &Settings) -> Result<(), ApiError> {
    let (on, name) = match method {
        SignIn::EmailPassword => (settings.auth_email_password, "Email / Password"),
        SignIn::MagicUrl => (settings.auth_users_auth_magic_url, "Magic URL"),
        SignIn::EmailOtp => (settings.auth_email_otp, "Email OTP"),
        SignIn::Anonymous => (settings.auth_anonymous, "Anonymous"),
        SignIn::Phone => (settings.auth_phone, "Phone"),
        SignIn::Jwt => (settings.auth_jwt, "JWT"),
    };
    if on {
        Ok(())
    } else {
        Err(ApiError::method_off(name))
    }
}

/// Whatever else is asked for.
pub async fn not_found() -> Response {
    let error = ApiError::known("general_route_not_found");
    let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
    (error.http_status(), kind, error.body().to_string()).into_response()
}
