//! What a route is, and what it asks of its callers.

use std::pin::Pin;

use axum::http::Method;

use crate::{call::Call, error::ApiError, limits::Limit, reply::Reply, settings::SignInMethod};

/// A route of Appwrite's, and what it asks of its callers.
#[derive(Clone)]
pub struct Route {
    /// `GET` also answers `HEAD`.
    pub method: Method,
    /// Path below `/v1`. A part that begins with a colon stands for anything.
    pub path: &'static str,
    /// An older path for the same.
    pub alias: Option<&'static str>,
    /// The scopes of which a caller needs one.
    pub scopes: &'static [&'static str],
    /// How signed-in callers are treated.
    pub group: Group,
    /// The way to sign in that it belongs to, which a project can switch off.
    pub sign_in: Option<SignInMethod>,
    /// What it is called in the logs of the user whose doing it was; nothing else is noted there.
    pub event: Option<&'static str>,
    /// How often it may be called.
    pub limit: Option<Limit>,
    /// Whether the request must name the project.
    pub needs_project: bool,
    /// Whether its errors are pages: it is opened by a browser.
    pub html: bool,
    /// What answers, once every check has passed.
    pub handler: Handler,
}

/// A future reply.
pub type ReplyFuture = Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send>>;

/// What answers a route's calls.
pub type Handler = fn(Call) -> ReplyFuture;

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

const HOUR: i64 = 3600;

impl Route {
    pub const fn new(
        method: Method,
        path: &'static str,
        scopes: &'static [&'static str],
        handler: Handler,
    ) -> Self {
        Self {
            method,
            path,
            alias: None,
            scopes,
            group: Group::Api,
            sign_in: None,
            event: None,
            limit: None,
            needs_project: true,
            html: false,
            handler,
        }
    }

    pub const fn alias(mut self, path: &'static str) -> Self {
        self.alias = Some(path);
        self
    }

    pub const fn group(mut self, group: Group) -> Self {
        self.group = group;
        self
    }

    pub const fn sign_in(mut self, sign_in: SignInMethod) -> Self {
        self.sign_in = Some(sign_in);
        self
    }

    pub const fn event(mut self, event: &'static str) -> Self {
        self.event = Some(event);
        self
    }

    /// So many calls an hour.
    pub const fn limit(self, calls: u32, keys: &'static [&'static str]) -> Self {
        self.window(calls, HOUR, keys)
    }

    pub const fn window(mut self, calls: u32, window: i64, keys: &'static [&'static str]) -> Self {
        self.limit = Some(Limit {
            calls,
            window,
            keys,
        });
        self
    }

    pub const fn without_project(mut self) -> Self {
        self.needs_project = false;
        self
    }

    pub const fn html(mut self) -> Self {
        self.html = true;
        self
    }
}
