//! The routes: a table of them, and the functions that answer them, one file for each resource.

mod account;
mod health;
mod locale;
mod mock;
mod users;

use std::pin::Pin;

use axum::http;

use crate::{
    error::ApiError,
    limits::{Limit, URL_IP},
    pipeline::Call,
    reply::Reply,
};

/// A route of Appwrite's, and what it asks of its callers.
#[derive(Clone, Copy)]
pub struct Route {
    /// `GET` also answers `HEAD`.
    pub verb: Verb,
    /// Path below `/v1`. A part that begins with a colon stands for anything.
    pub path: &'static str,
    /// An older path for the same.
    pub alias: Option<&'static str>,
    /// The scopes of which a caller needs one.
    pub scopes: &'static [&'static str],
    /// How signed-in callers are treated.
    pub group: Group,
    /// The way to sign in that it belongs to, which a project can switch off.
    pub sign_in: Option<SignIn>,
    /// What it is called in the logs of the user whose doing it was; nothing else is noted there.
    pub event: Option<&'static str>,
    /// How often it may be called.
    pub limit: Option<Limit>,
    /// Whether the request must name the project.
    pub needs_project: bool,
    /// Whether its errors are pages: it is opened by a browser.
    pub html: bool,
    /// What it does, once every check has passed.
    pub run: Run,
}

/// A future reply.
pub type Replying = Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send>>;

/// A route's work.
pub type Run = fn(Call) -> Replying;

/// An HTTP method that Appwrite has routes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// Appwrite's route groups, as far as they change what a signed-in caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Nothing special.
    Api,
    /// Starts a session: refused to who has one.
    Session,
    /// Open to a session that still lacks a factor.
    Mfa,
    /// Only after a challenge that was answered a short while ago.
    MfaProtected,
}

/// A way to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    EmailPassword,
    MagicUrl,
    EmailOtp,
    Anonymous,
    Phone,
    Jwt,
}

const HOUR: i64 = 3600;

impl Route {
    const fn new(
        verb: Verb,
        path: &'static str,
        scopes: &'static [&'static str],
        run: Run,
    ) -> Self {
        Self {
            verb,
            path,
            alias: None,
            scopes,
            group: Group::Api,
            sign_in: None,
            event: None,
            limit: None,
            needs_project: true,
            html: false,
            run,
        }
    }

    const fn alias(mut self, path: &'static str) -> Self {
        self.alias = Some(path);
        self
    }

    const fn group(mut self, group: Group) -> Self {
        self.group = group;
        self
    }

    const fn sign_in(mut self, sign_in: SignIn) -> Self {
        self.sign_in = Some(sign_in);
        self
    }

    const fn event(mut self, event: &'static str) -> Self {
        self.event = Some(event);
        self
    }

    /// So many calls an hour.
    const fn limit(self, calls: u32, keys: &'static [&'static str]) -> Self {
        self.window(calls, HOUR, keys)
    }

    const fn window(mut self, calls: u32, window: i64, keys: &'static [&'static str]) -> Self {
        self.limit = Some(Limit {
            calls,
            window,
            keys,
        });
        self
    }

    const fn without_project(mut self) -> Self {
        self.needs_project = false;
        self
    }

    const fn html(mut self) -> Self {
        self.html = true;
        self
    }
}

/// A line of the table.
macro_rules! route {
    ($verb:ident $path:literal, [$($scope:literal),+], $($run:ident)::+) => {
        Route::new(Verb::$verb, $path, &[$($scope),+], |call| Box::pin($($run)::+(call)))
    };
}

const URL_USER: &[&str] = &["url:{url},userId:{userId}"];
const URL_EMAIL: &[&str] = &["url:{url},email:{param-email}"];
const URL_EMAIL_AND_IP: &[&str] = &["url:{url},email:{param-email}", "url:{url},ip:{ip}"];
const URL_PHONE_AND_IP: &[&str] = &["url:{url},phone:{param-phone}", "url:{url},ip:{ip}"];
const URL_USER_AND_IP: &[&str] = &["url:{url},userId:{userId}", "url:{url},ip:{ip}"];
const URL_PARAM_USER: &[&str] = &["url:{url},userId:{param-userId}"];
const URL_CHALLENGE: &[&str] = &["url:{url},challengeId:{param-challengeId}"];
const PARAM_USER: &[&str] = &["userId:{param-userId}"];
const IP: &[&str] = &["ip:{ip}"];
const IP_PARAM_USER: &[&str] = &["ip:{ip},userId:{param-userId}"];

/// Every route. A path without a `:name` stands before one that has it in the same place.
pub const ROUTES: &[Route] = &[
    // Account.
    route!(Post "/account", ["sessions.write"], account::create)
        .event("user.create")
        .sign_in(SignIn::EmailPassword)
        .limit(10, URL_IP),
    route!(Get "/account", ["account"], account::get),
    route!(Delete "/account", ["account"], account::delete),
    route!(Patch "/account/name", ["account"], account::update_name)
        .event("user.update"),
    route!(Patch "/account/password", ["account"], account::update_password)
        .event("user.update")
        .limit(10, URL_IP),
    route!(Patch "/account/email", ["account"], account::update_email)
        .event("user.update"),
    route!(Patch "/account/phone", ["account"], account::update_phone)
        .event("user.update"),
    route!(Get "/account/prefs", ["account"], account::get_prefs),
    route!(Patch "/account/prefs", ["account"], account::update_prefs)
        .event("user.update"),
    route!(Patch "/account/status", ["account"], account::update_status)
        .event("user.update"),
    route!(Post "/account/jwts", ["account"], account::create_jwt)
        .alias("/account/jwt")
        .sign_in(SignIn::Jwt)
        .window(120, 60, URL_USER),
    route!(Get "/account/logs", ["account"], account::list_logs),
    route!(Get "/account/identities", ["account"], account::identities::list),
    route!(Delete "/account/identities/:identityId", ["account"], account::identities::delete)
        .event("identity.delete"),
    // Sessions.
    route!(Get "/account/sessions", ["account"], account::sessions::list),
    route!(Delete "/account/sessions", ["account"], account::sessions::delete_all)
        .event("session.delete")
        .limit(100, URL_IP),
    route!(Post "/account/sessions/email", ["sessions.write"], account::sessions::create_email)
        .event("session.create")
        .alias("/account/sessions")
        .group(Group::Session)
        .sign_in(SignIn::EmailPassword)
        .limit(10, URL_EMAIL),
    route!(Post "/account/sessions/anonymous", ["sessions.write"], account::sessions::create_anonymous)
        .event("session.create")
        .group(Group::Session)
        .sign_in(SignIn::Anonymous)
        .limit(50, IP),
    route!(Post "/account/sessions/token", ["sessions.write"], account::sessions::create_token)
        .event("session.create")
        .group(Group::Session)
        .limit(10, IP_PARAM_USER),
    route!(Put "/account/sessions/magic-url", ["sessions.write"], account::sessions::create_token)
        .event("session.create")
        .group(Group::Session)
        .limit(10, IP_PARAM_USER),
    route!(Put "/account/sessions/phone", ["sessions.write"], account::sessions::create_token)
        .event("session.create")
        .group(Group::Session)
        .limit(10, IP_PARAM_USER),
    route!(Get "/account/sessions/:sessionId", ["account"], account::sessions::get),
    route!(Patch "/account/sessions/:sessionId", ["account"], account::sessions::update)
        .event("session.update")
        .limit(10, URL_IP),
    route!(Delete "/account/sessions/:sessionId", ["account"], account::sessions::delete)
        .event("session.delete")
        .group(Group::Mfa)
        .limit(100, URL_IP),
    // OAuth2.
    route!(Get "/account/sessions/oauth2/:provider", ["sessions.write"], account::oauth2::create_session)
        .html()
        .limit(50, IP),
    route!(Get "/account/tokens/oauth2/:provider", ["sessions.write"], account::oauth2::create_token)
        .html()
        .limit(50, IP),
    route!(Get "/account/sessions/oauth2/callback/:provider/:projectId", ["public"], account::oauth2::callback)
        .without_project()
        .html(),
    route!(Post "/account/sessions/oauth2/callback/:provider/:projectId", ["public"], account::oauth2::callback)
        .without_project()
        .html(),
    route!(Get "/account/sessions/oauth2/:provider/redirect", ["public"], account::oauth2::redirect)
        .event("session.create")
        .html()
        .limit(50, IP),
    // Tokens.
    route!(Post "/account/tokens/email", ["sessions.write"], account::tokens::create_email)
        .event("session.create")
        .sign_in(SignIn::EmailOtp)
        .limit(10, URL_EMAIL_AND_IP),
    route!(Post "/account/tokens/magic-url", ["sessions.write"], account::tokens::create_magic_url)
        .event("session.create")
        .alias("/account/sessions/magic-url")
        .sign_in(SignIn::MagicUrl)
        .limit(60, URL_EMAIL_AND_IP),
    route!(Post "/account/tokens/phone", ["sessions.write"], account::tokens::create_phone)
        .event("session.create")
        .alias("/account/sessions/phone")
        .sign_in(SignIn::Phone)
        .limit(10, URL_PHONE_AND_IP),
    // Recovery and verification.
    route!(Post "/account/recovery", ["sessions.write"], account::recovery::create)
        .event("recovery.create")
        .limit(10, URL_EMAIL_AND_IP),
    route!(Put "/account/recovery", ["sessions.write"], account::recovery::update)
        .event("recovery.update")
        .limit(10, URL_PARAM_USER),
    route!(Post "/account/verifications/email", ["account"], account::verification::create_email)
        .event("verification.create")
        .alias("/account/verification")
        .limit(10, URL_USER),
    route!(Put "/account/verifications/email", ["public"], account::verification::update_email)
        .event("verification.update")
        .alias("/account/verification")
        .limit(10, URL_PARAM_USER),
    route!(Post "/account/verifications/phone", ["account"], account::verification::create_phone)
        .event("verification.create")
        .alias("/account/verification/phone")
        .sign_in(SignIn::Phone)
        .limit(10, URL_USER_AND_IP),
    route!(Put "/account/verifications/phone", ["public"], account::verification::update_phone)
        .event("verification.update")
        .alias("/account/verification/phone")
        .limit(10, PARAM_USER),
    // The second factor.
    route!(Patch "/account/mfa", ["account"], account::mfa::update)
        .event("user.update"),
    route!(Get "/account/mfa/factors", ["account"], account::mfa::list_factors).group(Group::Mfa),
    route!(Post "/account/mfa/authenticators/:type", ["account"], account::mfa::create_authenticator)
        .event("user.update"),
    route!(Put "/account/mfa/authenticators/:type", ["account"], account::mfa::update_authenticator)
        .event("user.update"),
    route!(Delete "/account/mfa/authenticators/:type", ["account"], account::mfa::delete_authenticator)
        .event("user.update")
        .group(Group::MfaProtected),
    route!(Post "/account/mfa/recovery-codes", ["account"], account::mfa::create_recovery_codes)
        .event("user.update"),
    route!(Get "/account/mfa/recovery-codes", ["account"], account::mfa::get_recovery_codes)
        .group(Group::MfaProtected),
    route!(Patch "/account/mfa/recovery-codes", ["account"], account::mfa::update_recovery_codes)
        .event("user.update")
        .group(Group::MfaProtected),
    route!(Post "/account/mfa/challenges", ["account"], account::mfa::create_challenge)
        .event("challenge.create")
        .alias("/account/mfa/challenge")
        .group(Group::Mfa)
        .limit(10, URL_USER),
    route!(Put "/account/mfa/challenges", ["account"], account::mfa::update_challenge)
        .event("challenges.update")
        .alias("/account/mfa/challenge")
        .group(Group::Mfa)
        .limit(10, URL_CHALLENGE),
    // Push targets.
    route!(Post "/account/targets/push", ["targets.write"], account::targets::create)
        .event("target.create"),
    route!(Put "/account/targets/:targetId/push", ["targets.write"], account::targets::update)
        .event("target.update"),
    route!(Delete "/account/targets/:targetId/push", ["targets.write"], account::targets::delete)
        .event("target.delete"),
    // Users.
    route!(Get "/users", ["users.read"], users::list),
    route!(Post "/users", ["users.write"], users::create::plain),
    route!(Post "/users/argon2", ["users.write"], users::create::argon2),
    route!(Post "/users/bcrypt", ["users.write"], users::create::bcrypt),
    route!(Post "/users/md5", ["users.write"], users::create::md5),
    route!(Post "/users/phpass", ["users.write"], users::create::phpass),
    route!(Post "/users/scrypt", ["users.write"], users::create::scrypt),
    route!(Post "/users/scrypt-modified", ["users.write"], users::create::scrypt_modified),
    route!(Post "/users/sha", ["users.write"], users::create::sha),
    route!(Get "/users/identities", ["users.read"], users::list_identities),
    route!(Delete "/users/identities/:identityId", ["users.write"], users::delete_identity),
    route!(Get "/users/:userId", ["users.read"], users::get),
    route!(Delete "/users/:userId", ["users.write"], users::delete),
    route!(Patch "/users/:userId/name", ["users.write"], users::update::name),
    route!(Patch "/users/:userId/email", ["users.write"], users::update::email),
    route!(Patch "/users/:userId/phone", ["users.write"], users::update::phone),
    route!(Patch "/users/:userId/password", ["users.write"], users::update::password),
    route!(Patch "/users/:userId/status", ["users.write"], users::update::status),
    route!(Put "/users/:userId/labels", ["users.write"], users::update::labels),
    route!(Get "/users/:userId/prefs", ["users.read"], users::get_prefs),
    route!(Patch "/users/:userId/prefs", ["users.write"], users::update::prefs),
    route!(Patch "/users/:userId/verification", ["users.write"], users::update::email_verification),
    route!(Patch "/users/:userId/verification/phone", ["users.write"], users::update::phone_verification),
    route!(Patch "/users/:userId/impersonator", ["users.write"], users::update::impersonator),
    route!(Get "/users/:userId/logs", ["users.read"], users::list_logs),
    route!(Get "/users/:userId/memberships", ["users.read"], users::list_memberships),
    route!(Get "/users/:userId/sessions", ["users.read", "sessions.read"], users::sessions::list),
    route!(Post "/users/:userId/sessions", ["users.write", "sessions.write"], users::sessions::create),
    route!(Delete "/users/:userId/sessions", ["users.write", "sessions.write"], users::sessions::delete_all),
    route!(Delete "/users/:userId/sessions/:sessionId", ["users.write", "sessions.write"], users::sessions::delete),
    route!(Post "/users/:userId/tokens", ["users.write"], users::sessions::create_token),
    route!(Post "/users/:userId/jwts", ["users.write"], users::sessions::create_jwt),
    route!(Get "/users/:userId/targets", ["users.read"], users::targets::list),
    route!(Post "/users/:userId/targets", ["users.write"], users::targets::create),
    route!(Get "/users/:userId/targets/:targetId", ["users.read"], users::targets::get),
    route!(Patch "/users/:userId/targets/:targetId", ["users.write"], users::targets::update),
    route!(Delete "/users/:userId/targets/:targetId", ["users.write"], users::targets::delete),
    route!(Patch "/users/:userId/mfa", ["users.write"], users::mfa::update),
    route!(Get "/users/:userId/mfa/factors", ["users.read"], users::mfa::list_factors),
    route!(Delete "/users/:userId/mfa/authenticators/:type", ["users.write"], users::mfa::delete_authenticator),
    route!(Get "/users/:userId/mfa/challenges/:challengeId", ["users.read"], users::mfa::get_challenge),
    route!(Get "/users/:userId/mfa/recovery-codes", ["users.read"], users::mfa::get_recovery_codes),
    route!(Patch "/users/:userId/mfa/recovery-codes", ["users.write"], users::mfa::create_recovery_codes),
    route!(Put "/users/:userId/mfa/recovery-codes", ["users.write"], users::mfa::update_recovery_codes),
    // The rest.
    route!(Get "/health", ["health.read"], health::get),
    route!(Get "/health/db", ["health.read"], health::get_db),
    route!(Get "/health/time", ["health.read"], health::get_time),
    route!(Get "/health/version", ["public"], health::get_version).without_project(),
    route!(Get "/locale", ["locale.read"], locale::get),
    route!(Get "/locale/continents", ["locale.read"], locale::list_continents),
    route!(Get "/locale/countries", ["locale.read"], locale::list_countries),
    route!(Get "/locale/countries/eu", ["locale.read"], locale::list_countries_eu),
    route!(Get "/locale/languages", ["locale.read"], locale::list_languages),
    route!(Get "/ping", ["global"], health::ping),
    route!(Get "/mock/tests/general/oauth2", ["public"], mock::oauth2).without_project(),
    route!(Get "/mock/tests/general/oauth2/token", ["public"], mock::token).without_project(),
    route!(Get "/mock/tests/general/oauth2/user", ["public"], mock::user).without_project(),
    route!(Get "/mock/tests/general/oauth2/user-unverified", ["public"], mock::user_unverified)
        .without_project(),
    route!(Get "/mock/tests/general/oauth2/success", ["public"], mock::success).without_project(),
    route!(Get "/mock/tests/general/oauth2/failure", ["public"], mock::failure).without_project(),
];

/// Appwrite's other routes: a method and a path on each line.
const OTHERS: &str = include_str!("others.txt");

/// The route for a path below `/v1`, and what stands in its `:names`.
///
/// # Errors
///
/// 501 for a route that only a whole Appwrite has, `general_route_not_found` for any other path.
pub fn find(method: &http::Method, path: &str) -> Result<(&'static Route, Vec<String>), ApiError> {
    let not_found = || ApiError::known("general_route_not_found");
    let verb = match *method {
        http::Method::GET | http::Method::HEAD => Verb::Get,
        http::Method::POST => Verb::Post,
        http::Method::PUT => Verb::Put,
        http::Method::PATCH => Verb::Patch,
        http::Method::DELETE => Verb::Delete,
        _ => return Err(not_found()),
    };
    let path = path.strip_prefix("/v1").ok_or_else(not_found)?;
    let path = path.strip_suffix('/').unwrap_or(path);
    let served = ROUTES
        .iter()
        .filter(|route| route.verb == verb)
        .find_map(|route| {
            let names = matched(route.path, path)
                .or_else(|| route.alias.and_then(|alias| matched(alias, path)))?;
            Some((route, names))
        });
    if let Some(served) = served {
        return Ok(served);
    }
    let other = OTHERS
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(known, pattern)| *known == method.as_str() && matched(pattern, path).is_some());
    Err(other.map_or_else(not_found, |(verb, pattern)| {
        let message = format!(
            "{verb} /v1{pattern} is a route of Appwrite that this local server does not answer. \
             Use a whole Appwrite for it."
        );
        ApiError::with("general_not_implemented", 501, message)
    }))
}

fn matched(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut parts = path.split('/');
    for expected in pattern.split('/') {
        let part = parts.next()?;
        if expected.starts_with(':') {
            let decoded = percent_encoding::percent_decode_str(part)
                .decode_utf8()
                .ok()?;
            found.push(decoded.into_owned());
        } else if part != expected {
            return None;
        }
    }
    parts.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::*;

    fn path_of(method: &Method, path: &str) -> Option<&'static str> {
        find(method, path).ok().map(|(route, _)| route.path)
    }

    #[test]
    fn a_path_finds_its_route() {
        let (route, names) = find(&Method::GET, "/v1/account/sessions/a%20b").unwrap();
        assert_eq!(route.path, "/account/sessions/:sessionId");
        assert_eq!(names, ["a b"]);
        assert_eq!(path_of(&Method::HEAD, "/v1/account/"), Some("/account"));
        assert_eq!(
            path_of(&Method::POST, "/v1/account/sessions"),
            Some("/account/sessions/email")
        );
        assert_eq!(path_of(&Method::PUT, "/v1/account"), None);
        assert_eq!(path_of(&Method::GET, "/v1/account/sessions/a/b"), None);
        assert_eq!(path_of(&Method::GET, "/v2/account"), None);
        assert_eq!(path_of(&Method::OPTIONS, "/v1/account"), None);
    }

    #[test]
    fn no_route_hides_another() {
        let paths: Vec<(Verb, &str)> = ROUTES
            .iter()
            .flat_map(|route| {
                [Some(route.path), route.alias]
                    .into_iter()
                    .flatten()
                    .map(|path| (route.verb, path))
            })
            .collect();
        for (index, (verb, path)) in paths.iter().enumerate() {
            let earlier = paths
                .iter()
                .take(index)
                .find(|(other, pattern)| other == verb && matched(pattern, path).is_some());
            assert_eq!(earlier, None, "{verb:?} {path}");
        }
    }

    #[test]
    fn the_other_routes_are_none_of_ours() {
        assert!(OTHERS.lines().count() > 400);
        for line in OTHERS.lines() {
            let (method, pattern) = line.split_once(' ').unwrap();
            let method: Method = method.parse().unwrap();
            let error = find(&method, &format!("/v1{pattern}")).err();
            let error = error.unwrap_or_else(|| panic!("{line} is answered"));
            assert_eq!(error.status, 501, "{line}");
            assert!(
                error.message.starts_with(&line.replace(' ', " /v1")),
                "{line}"
            );
        }
    }

    #[test]
    fn routes_that_are_in_no_table_of_appwrites_are_named_too() {
        for path in [
            // Newer versions dropped these.
            "/v1/teams/t/logs",
            "/v1/messaging/topics/t/logs",
            "/v1/health/queue/mails",
            // Another of its processes answers this one.
            "/v1/realtime",
        ] {
            let error = find(&Method::GET, path).err();
            assert_eq!(error.map(|error| error.status), Some(501), "{path}");
        }
    }

    #[test]
    fn the_readme_lists_every_route() {
        let readme = include_str!("../../README.md");
        for route in ROUTES {
            let line = format!(
                "`{} {}`",
                format!("{:?}", route.verb).to_uppercase(),
                route.path
            );
            assert!(readme.contains(&line), "{line} is not in the README");
            if let Some(alias) = route.alias {
                assert!(
                    readme.contains(&format!("`{alias}`")),
                    "{alias} is not in the README"
                );
            }
        }
    }
}
