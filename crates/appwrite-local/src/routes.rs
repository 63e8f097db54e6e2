//! The table of routes: which handler answers each, and what it requires of callers.

use axum::http::Method;

use crate::{
    handlers::{account, health, locale, mock, users},
    limits::URL_IP,
    route::{Group, Route},
    settings::SignInMethod,
    tables,
};

/// A line of the table.
macro_rules! route {
    ($method:ident $path:literal, [$($scope:literal),+], $($handler:ident)::+) => {
        Route::new(Method::$method, $path, &[$($scope),+], |call| Box::pin($($handler)::+(call)))
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

/// Every route that this server answers, but for those of databases.
static ROUTES: &[Route] = &[
    // Account.
    route!(POST "/account", ["sessions.write"], account::profile::create)
        .event("user.create")
        .sign_in(SignInMethod::EmailPassword)
        .limit(10, URL_IP),
    route!(GET "/account", ["account"], account::profile::get),
    route!(DELETE "/account", ["account"], account::profile::delete),
    route!(PATCH "/account/name", ["account"], account::profile::update_name)
        .event("user.update"),
    route!(PATCH "/account/password", ["account"], account::profile::update_password)
        .event("user.update")
        .limit(10, URL_IP),
    route!(PATCH "/account/email", ["account"], account::profile::update_email)
        .event("user.update"),
    route!(PATCH "/account/phone", ["account"], account::profile::update_phone)
        .event("user.update"),
    route!(GET "/account/prefs", ["account"], account::profile::get_prefs),
    route!(PATCH "/account/prefs", ["account"], account::profile::update_prefs)
        .event("user.update"),
    route!(PATCH "/account/status", ["account"], account::profile::update_status)
        .event("user.update"),
    route!(POST "/account/jwts", ["account"], account::jwt::create)
        .alias("/account/jwt")
        .sign_in(SignInMethod::Jwt)
        .window(120, 60, URL_USER),
    route!(GET "/account/logs", ["account"], account::logs::list),
    route!(GET "/account/identities", ["account"], account::identities::list),
    route!(DELETE "/account/identities/:identityId", ["account"], account::identities::delete)
        .event("identity.delete"),
    // Sessions.
    route!(GET "/account/sessions", ["account"], account::sessions::list),
    route!(DELETE "/account/sessions", ["account"], account::sessions::delete_all)
        .event("session.delete")
        .limit(100, URL_IP),
    route!(POST "/account/sessions/email", ["sessions.write"], account::sessions::create_email)
        .event("session.create")
        .alias("/account/sessions")
        .group(Group::Session)
        .sign_in(SignInMethod::EmailPassword)
        .limit(10, URL_EMAIL)
        .resets(),
    route!(POST "/account/sessions/anonymous", ["sessions.write"], account::sessions::create_anonymous)
        .event("session.create")
        .group(Group::Session)
        .sign_in(SignInMethod::Anonymous)
        .limit(50, IP),
    route!(POST "/account/sessions/token", ["sessions.write"], account::sessions::create_token)
        .event("session.create")
        .group(Group::Session)
        .limit(10, IP_PARAM_USER)
        .resets(),
    route!(PUT "/account/sessions/magic-url", ["sessions.write"], account::sessions::create_magic_url)
        .event("session.create")
        .group(Group::Session)
        .limit(10, IP_PARAM_USER),
    route!(PUT "/account/sessions/phone", ["sessions.write"], account::sessions::create_token)
        .event("session.create")
        .group(Group::Session)
        .limit(10, IP_PARAM_USER),
    route!(GET "/account/sessions/:sessionId", ["account"], account::sessions::get),
    route!(PATCH "/account/sessions/:sessionId", ["account"], account::sessions::update)
        .event("session.update")
        .limit(10, URL_IP),
    route!(DELETE "/account/sessions/:sessionId", ["account"], account::sessions::delete)
        .event("session.delete")
        .group(Group::Mfa)
        .limit(100, URL_IP),
    // OAuth2.
    route!(GET "/account/sessions/oauth2/:provider", ["sessions.write"], account::oauth2::create_session)
        .html()
        .limit(50, IP),
    route!(GET "/account/tokens/oauth2/:provider", ["sessions.write"], account::oauth2::create_token)
        .html()
        .limit(50, IP),
    route!(GET "/account/sessions/oauth2/callback/:provider/:projectId", ["public"], account::oauth2::callback)
        .without_project()
        .html(),
    route!(POST "/account/sessions/oauth2/callback/:provider/:projectId", ["public"], account::oauth2::callback)
        .without_project()
        .html(),
    route!(GET "/account/sessions/oauth2/:provider/redirect", ["public"], account::oauth2::redirect)
        .event("session.create")
        .html()
        .limit(50, IP),
    // Tokens.
    route!(POST "/account/tokens/email", ["sessions.write"], account::tokens::create_email)
        .event("session.create")
        .sign_in(SignInMethod::EmailOtp)
        .limit(10, URL_EMAIL_AND_IP),
    route!(POST "/account/tokens/magic-url", ["sessions.write"], account::tokens::create_magic_url)
        .event("session.create")
        .alias("/account/sessions/magic-url")
        .sign_in(SignInMethod::MagicUrl)
        .limit(60, URL_EMAIL_AND_IP),
    route!(POST "/account/tokens/phone", ["sessions.write"], account::tokens::create_phone)
        .event("session.create")
        .alias("/account/sessions/phone")
        .sign_in(SignInMethod::Phone)
        .limit(10, URL_PHONE_AND_IP),
    // Recovery and verification.
    route!(POST "/account/recovery", ["sessions.write"], account::recovery::create)
        .event("recovery.create")
        .limit(10, URL_EMAIL_AND_IP),
    route!(PUT "/account/recovery", ["sessions.write"], account::recovery::update)
        .event("recovery.update")
        .limit(10, URL_PARAM_USER),
    route!(POST "/account/verifications/email", ["account"], account::verification::create_email)
        .event("verification.create")
        .alias("/account/verification")
        .limit(10, URL_USER),
    route!(PUT "/account/verifications/email", ["public"], account::verification::update_email)
        .event("verification.update")
        .alias("/account/verification")
        .limit(10, URL_PARAM_USER),
    route!(POST "/account/verifications/phone", ["account"], account::verification::create_phone)
        .event("verification.create")
        .alias("/account/verification/phone")
        .sign_in(SignInMethod::Phone)
        .limit(10, URL_USER_AND_IP),
    route!(PUT "/account/verifications/phone", ["public"], account::verification::update_phone)
        .event("verification.update")
        .alias("/account/verification/phone")
        .limit(10, PARAM_USER),
    // The second factor.
    route!(PATCH "/account/mfa", ["account"], account::mfa::update)
        .event("user.update"),
    route!(GET "/account/mfa/factors", ["account"], account::mfa::list_factors).group(Group::Mfa),
    route!(POST "/account/mfa/authenticators/:type", ["account"], account::mfa::create_authenticator)
        .event("user.update"),
    route!(PUT "/account/mfa/authenticators/:type", ["account"], account::mfa::update_authenticator)
        .event("user.update"),
    route!(DELETE "/account/mfa/authenticators/:type", ["account"], account::mfa::delete_authenticator)
        .event("user.update")
        .group(Group::MfaProtected),
    route!(POST "/account/mfa/recovery-codes", ["account"], account::mfa::create_recovery_codes)
        .event("user.update"),
    route!(GET "/account/mfa/recovery-codes", ["account"], account::mfa::get_recovery_codes)
        .group(Group::MfaProtected),
    route!(PATCH "/account/mfa/recovery-codes", ["account"], account::mfa::update_recovery_codes)
        .event("user.update")
        .group(Group::MfaProtected),
    route!(POST "/account/mfa/challenges", ["account"], account::mfa::create_challenge)
        .event("challenge.create")
        .alias("/account/mfa/challenge")
        .group(Group::Mfa)
        .limit(10, URL_USER),
    route!(PUT "/account/mfa/challenges", ["account"], account::mfa::update_challenge)
        .event("challenges.update")
        .alias("/account/mfa/challenge")
        .group(Group::Mfa)
        .limit(10, URL_CHALLENGE),
    // Push targets.
    route!(POST "/account/targets/push", ["targets.write"], account::targets::create)
        .event("target.create"),
    route!(PUT "/account/targets/:targetId/push", ["targets.write"], account::targets::update)
        .event("target.update"),
    route!(DELETE "/account/targets/:targetId/push", ["targets.write"], account::targets::delete)
        .event("target.delete"),
    // Users.
    route!(GET "/users", ["users.read"], users::read::list),
    route!(POST "/users", ["users.write"], users::create::plain),
    route!(POST "/users/argon2", ["users.write"], users::create::argon2),
    route!(POST "/users/bcrypt", ["users.write"], users::create::bcrypt),
    route!(POST "/users/md5", ["users.write"], users::create::md5),
    route!(POST "/users/phpass", ["users.write"], users::create::phpass),
    route!(POST "/users/scrypt", ["users.write"], users::create::scrypt),
    route!(POST "/users/scrypt-modified", ["users.write"], users::create::scrypt_modified),
    route!(POST "/users/sha", ["users.write"], users::create::sha),
    route!(GET "/users/identities", ["users.read"], users::identities::list),
    route!(DELETE "/users/identities/:identityId", ["users.write"], users::identities::delete),
    route!(GET "/users/:userId", ["users.read"], users::read::get),
    route!(DELETE "/users/:userId", ["users.write"], users::update::delete),
    route!(PATCH "/users/:userId/name", ["users.write"], users::update::name),
    route!(PATCH "/users/:userId/email", ["users.write"], users::update::email),
    route!(PATCH "/users/:userId/phone", ["users.write"], users::update::phone),
    route!(PATCH "/users/:userId/password", ["users.write"], users::update::password),
    route!(PATCH "/users/:userId/status", ["users.write"], users::update::status),
    route!(PUT "/users/:userId/labels", ["users.write"], users::update::labels),
    route!(GET "/users/:userId/prefs", ["users.read"], users::read::get_prefs),
    route!(PATCH "/users/:userId/prefs", ["users.write"], users::update::prefs),
    route!(PATCH "/users/:userId/verification", ["users.write"], users::update::email_verification),
    route!(PATCH "/users/:userId/verification/phone", ["users.write"], users::update::phone_verification),
    route!(PATCH "/users/:userId/impersonator", ["users.write"], users::update::impersonator),
    route!(GET "/users/:userId/logs", ["users.read"], users::read::list_logs),
    route!(GET "/users/:userId/memberships", ["users.read"], users::read::list_memberships),
    route!(GET "/users/:userId/sessions", ["users.read", "sessions.read"], users::sessions::list),
    route!(POST "/users/:userId/sessions", ["users.write", "sessions.write"], users::sessions::create),
    route!(DELETE "/users/:userId/sessions", ["users.write", "sessions.write"], users::sessions::delete_all),
    route!(DELETE "/users/:userId/sessions/:sessionId", ["users.write", "sessions.write"], users::sessions::delete),
    route!(POST "/users/:userId/tokens", ["users.write"], users::sessions::create_token),
    route!(POST "/users/:userId/jwts", ["users.write"], users::sessions::create_jwt),
    route!(GET "/users/:userId/targets", ["users.read"], users::targets::list),
    route!(POST "/users/:userId/targets", ["users.write"], users::targets::create),
    route!(GET "/users/:userId/targets/:targetId", ["users.read"], users::targets::get),
    route!(PATCH "/users/:userId/targets/:targetId", ["users.write"], users::targets::update),
    route!(DELETE "/users/:userId/targets/:targetId", ["users.write"], users::targets::delete),
    route!(PATCH "/users/:userId/mfa", ["users.write"], users::mfa::update),
    route!(GET "/users/:userId/mfa/factors", ["users.read"], users::mfa::list_factors),
    route!(DELETE "/users/:userId/mfa/authenticators/:type", ["users.write"], users::mfa::delete_authenticator),
    route!(GET "/users/:userId/mfa/challenges/:challengeId", ["users.read"], users::mfa::get_challenge),
    route!(GET "/users/:userId/mfa/recovery-codes", ["users.read"], users::mfa::get_recovery_codes),
    route!(PATCH "/users/:userId/mfa/recovery-codes", ["users.write"], users::mfa::create_recovery_codes),
    route!(PUT "/users/:userId/mfa/recovery-codes", ["users.write"], users::mfa::update_recovery_codes),
    // The rest.
    route!(GET "/health", ["health.read"], health::get),
    route!(GET "/health/db", ["health.read"], health::get_db),
    route!(GET "/health/time", ["health.read"], health::get_time),
    route!(GET "/health/version", ["public"], health::get_version).without_project(),
    route!(GET "/locale", ["locale.read"], locale::get),
    route!(GET "/locale/codes", ["locale.read"], locale::list_codes),
    route!(GET "/locale/continents", ["locale.read"], locale::list_continents),
    route!(GET "/locale/countries", ["locale.read"], locale::list_countries),
    route!(GET "/locale/countries/eu", ["locale.read"], locale::list_countries_eu),
    route!(GET "/locale/countries/phones", ["locale.read"], locale::list_phones),
    route!(GET "/locale/currencies", ["locale.read"], locale::list_currencies),
    route!(GET "/locale/languages", ["locale.read"], locale::list_languages),
    route!(GET "/ping", ["global"], health::ping),
    route!(GET "/mock/tests/general/oauth2", ["public"], mock::oauth2).without_project(),
    route!(GET "/mock/tests/general/oauth2/token", ["public"], mock::token).without_project(),
    route!(GET "/mock/tests/general/oauth2/user", ["public"], mock::user).without_project(),
    route!(GET "/mock/tests/general/oauth2/user-unverified", ["public"], mock::user_unverified)
        .without_project(),
    route!(GET "/mock/tests/general/oauth2/success", ["public"], mock::success).without_project(),
    route!(GET "/mock/tests/general/oauth2/failure", ["public"], mock::failure).without_project(),
];

/// The tables of all routes that this server answers.
pub static ALL: &[&[Route]] = &[ROUTES, tables::ROUTES];

/// Appwrite's other routes: one path per line, followed by its methods.
pub const UNSERVED: &str = include_str!("unserved_routes.txt");

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::*;
    use crate::router::Router;

    fn router() -> Router {
        Router::new(ALL, UNSERVED)
    }

    fn path_of(method: &Method, path: &str) -> Option<&'static str> {
        let found = router().find(method, path).ok();
        found.map(|(route, _)| route.path)
    }

    #[test]
    fn a_path_finds_its_route() {
        let (route, path) = router()
            .find(&Method::GET, "/v1/account/sessions/a%20b")
            .unwrap();
        assert_eq!(route.path, "/account/sessions/:sessionId");
        assert_eq!(path.get("sessionId"), "a b");
        assert_eq!(path_of(&Method::HEAD, "/v1/account/"), Some("/account"));
        assert_eq!(
            path_of(&Method::POST, "/v1/account/sessions"),
            Some("/account/sessions/email")
        );
        assert_eq!(
            path_of(&Method::DELETE, "/v1/users/identities"),
            Some("/users/:userId"),
            "only GET has a route of its own there"
        );
        assert_eq!(path_of(&Method::PUT, "/v1/account"), None);
        assert_eq!(path_of(&Method::GET, "/v1/account/sessions/a/b"), None);
        assert_eq!(path_of(&Method::GET, "/v1/account/sessions/%ff"), None);
        assert_eq!(path_of(&Method::GET, "/v2/account"), None);
        assert_eq!(path_of(&Method::OPTIONS, "/v1/account"), None);
    }

    #[test]
    fn no_route_hides_another() {
        let router = router();
        for route in ALL.iter().copied().flatten() {
            for path in [Some(route.path), route.alias].into_iter().flatten() {
                let found = router.find(&route.method, &format!("/v1{path}"));
                let found = found.map(|(route, _)| route.path).ok();
                assert_eq!(found, Some(route.path), "{} {path}", route.method);
            }
        }
    }

    #[test]
    fn every_other_route_of_appwrite_is_named_in_its_error() {
        assert!(UNSERVED.lines().count() > 300);
        let router = router();
        for line in UNSERVED.lines() {
            let (path, methods) = line.split_once(' ').unwrap();
            for method in methods.split(' ') {
                let found = router.find(&method.parse().unwrap(), &format!("/v1{path}"));
                let error = found
                    .err()
                    .unwrap_or_else(|| panic!("{method} {path} is answered"));
                assert_eq!(error.status, 501, "{method} {path}");
                let named = format!("{method} /v1{path} ");
                assert!(error.message.starts_with(&named), "{}", error.message);
            }
        }
    }

    #[test]
    fn routes_that_appwrites_own_list_lacks_are_named_too() {
        let router = router();
        for path in [
            // Newer versions dropped these.
            "/v1/teams/t/logs",
            "/v1/messaging/topics/t/logs",
            "/v1/health/queue/mails",
            // A different process of Appwrite's answers this one.
            "/v1/realtime",
        ] {
            let error = router.find(&Method::GET, path).err();
            assert_eq!(error.map(|error| error.status), Some(501), "{path}");
        }
    }

    #[test]
    fn the_readme_lists_every_route() {
        let readme = include_str!("../README.md");
        for route in ALL.iter().copied().flatten() {
            let line = format!("`{} {}`", route.method, route.path);
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
