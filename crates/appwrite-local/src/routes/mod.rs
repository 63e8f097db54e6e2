//! The routes, one file each, and the table of them.

mod account;
mod health;
mod ping;
mod users;

use std::pin::Pin;

use axum::http::Method;

use crate::{error::ApiError, pipeline::Call, reply::Reply};

/// What a route's file holds.
pub struct Route {
    /// `GET` also answers `HEAD`.
    pub method: Method,
    /// Path below `/v1`. A part that begins with a colon stands for anything.
    pub path: &'static str,
    /// The scope a caller needs.
    pub scope: &'static str,
    /// How signed-in callers are treated.
    pub group: Group,
    /// Whether the request must name the project.
    pub needs_project: bool,
    /// What it does, once every check has passed.
    pub run: Run,
}

/// A future reply.
pub type Replying = Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send>>;

/// A route's work.
pub type Run = fn(Call) -> Replying;

/// Appwrite's route groups, as far as they change what a signed-in caller may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Nothing special.
    Api,
    /// Starts a session: refused to who has one.
    Session,
    /// Open to a session that still lacks a factor.
    Mfa,
}

/// Every route. An alias is a second entry with another path.
const ROUTES: &[Route] = &[
    account::create::ROUTE,
    account::get::ROUTE,
    account::get_prefs::ROUTE,
    account::update_name::ROUTE,
    account::update_prefs::ROUTE,
    account::update_status::ROUTE,
    account::sessions::create_anonymous::ROUTE,
    account::sessions::create_email::ROUTE,
    Route {
        path: "/account/sessions",
        ..account::sessions::create_email::ROUTE
    },
    account::sessions::delete::ROUTE,
    account::sessions::delete_all::ROUTE,
    account::sessions::get::ROUTE,
    account::sessions::list::ROUTE,
    account::sessions::update::ROUTE,
    health::get::ROUTE,
    health::get_version::ROUTE,
    ping::ROUTE,
    users::create::ROUTE,
    users::delete::ROUTE,
    users::get::ROUTE,
    users::update_status::ROUTE,
];

/// The route for a path below `/v1`, and what stands in its `:names`.
pub fn find(method: &Method, path: &str) -> Option<(&'static Route, Vec<String>)> {
    let method = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    let path = path.strip_prefix("/v1")?;
    let path = path.strip_suffix('/').unwrap_or(path);
    ROUTES
        .iter()
        .filter(|route| route.method == *method)
        .find_map(|route| Some((route, matched(route.path, path)?)))
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
    use super::*;

    #[test]
    fn a_path_finds_its_route() {
        let (route, names) = find(&Method::GET, "/v1/account/sessions/a%20b").unwrap();
        assert_eq!(route.path, "/account/sessions/:sessionId");
        assert_eq!(names, ["a b"]);
        assert!(find(&Method::HEAD, "/v1/account/").is_some());
        assert!(find(&Method::PUT, "/v1/account").is_none());
        assert!(find(&Method::GET, "/v1/account/sessions/a/b").is_none());
        assert!(find(&Method::GET, "/v2/account").is_none());
    }

    #[test]
    fn no_route_hides_another() {
        for (index, route) in ROUTES.iter().enumerate() {
            let earlier = ROUTES[..index].iter().find(|other| {
                other.method == route.method && matched(other.path, route.path).is_some()
            });
            assert!(earlier.is_none(), "{}", route.path);
        }
    }
}
