//! Finds the route for a method and a path.

use std::collections::HashMap;

use axum::http::Method;
use percent_encoding::percent_decode_str;

use crate::{call::PathParams, error::ApiError, route::Route};

/// The error of a path that is no route's. Appwrite answers it with a page.
pub const NOT_FOUND: &str = "general_route_not_found";

/// All routes, by method and path.
pub struct Router(HashMap<Method, matchit::Router<Target>>);

/// Where a method and a path lead.
enum Target {
    /// To a route this server answers.
    Served(&'static Route),
    /// To a route that only a full Appwrite answers; this is its path.
    Unserved(&'static str),
}

impl Router {
    /// A router for tables of routes and for the `unserved` rest of Appwrite: one path per line,
    /// followed by its methods.
    ///
    /// # Panics
    ///
    /// When two routes have the same method and path.
    pub fn new(tables: &[&'static [Route]], unserved: &'static str) -> Self {
        let mut router = Self(HashMap::new());
        for route in tables.iter().copied().flatten() {
            for path in [Some(route.path), route.alias].into_iter().flatten() {
                router.insert(route.method.clone(), path, Target::Served(route));
            }
        }
        for line in unserved.lines() {
            let mut words = line.split(' ');
            let path = words.next().unwrap_or_default();
            for method in words {
                let method = method.parse().expect("an HTTP method");
                router.insert(method, path, Target::Unserved(path));
            }
        }
        router
    }

    fn insert(&mut self, method: Method, path: &str, target: Target) {
        let paths = self.0.entry(method).or_default();
        if let Err(error) = paths.insert(pattern(path), target) {
            panic!("{path}: {error}");
        }
    }

    /// The route for a path under `/v1`, and the values of its `:name` parts.
    ///
    /// # Errors
    ///
    /// 501 for a route that only a full Appwrite answers, [`NOT_FOUND`] for any other path.
    pub fn find(
        &self,
        method: &Method,
        path: &str,
    ) -> Result<(&'static Route, PathParams), ApiError> {
        let not_found = || ApiError::known(NOT_FOUND);
        let method = if method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let path = path.strip_prefix("/v1").ok_or_else(not_found)?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let paths = self.0.get(method).ok_or_else(not_found)?;
        let found = paths.at(path).map_err(|_| not_found())?;
        match found.value {
            Target::Served(route) => {
                let decoded = found.params.iter().map(|(name, value)| {
                    let value = percent_decode_str(value).decode_utf8().ok()?;
                    Some((name.to_owned(), value.into_owned()))
                });
                let params = decoded.collect::<Option<Vec<_>>>().ok_or_else(not_found)?;
                Ok((route, PathParams(params)))
            }
            Target::Unserved(path) => {
                let message = format!(
                    "{method} /v1{path} is a route of Appwrite that this local server does not \
                     answer. Use a whole Appwrite for it."
                );
                Err(ApiError::with("general_not_implemented", 501, message))
            }
        }
    }
}

/// The path as `matchit` writes it: `{name}` for `:name`.
fn pattern(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}
