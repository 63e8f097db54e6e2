//! What a route is made of.

use std::pin::Pin;

use axum::http::Method;

use crate::{call::Call, error::ApiError, limits::Limit, reply::Reply, settings::SignInMethod};

/// A route of Appwrite's, what it requires of callers, and the handler that answers it.
#[derive(Clone)]
pub struct Route {
    /// `GET` also answers `HEAD`.
    pub method: Method,
    /// The path under `/v1`. A part that starts with a colon matches anything.
    pub path: &'static str,
    /// An older path for the same route.
    pub alias: Option<&'static str>,
    /// The caller needs at least one of these scopes.
    pub scopes: &'static [&'static str],
    /// How signed-in callers are treated.
    pub group: Group,
    /// The way to sign in that it's part of. The project can switch that off.
    pub sign_in: Option<SignInMethod>,
    /// The event to put in the user's log. Calls of a route without one aren't logged.
    pub event: Option<&'static str>,
    /// How often it may be called.
    pub limit: Option<Limit>,
    /// Whether the request must name the project.
    pub needs_project: bool,
    /// Whether errors are pages, because people open it in a browser.
    pub html: bool,
    /// Answers the call, once every check has passed.
    pub handler: Handler,
}

/// The future of a reply.
pub type ReplyFuture = Pin<Box<dyn Future<Output = Result<Reply, ApiError>> + Send>>;

/// Answers a route's calls.
pub type Handler = fn(Call) -> ReplyFuture;

/// Appwrite's route groups, as far as they affect signed-in callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Nothing special.
    Api,
    /// Starts a session. Refused if the caller has one.
    Session,
    /// Open to a session that still lacks its second factor.
    Mfa,
    /// Requires a recently answered challenge.
    MfaProtected,
}

const HOUR: i64 = 3600;

impl Route {
    /// A route without any of the special demands below.
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

    /// Adds an older path for it.
    pub const fn alias(mut self, path: &'static str) -> Self {
        self.alias = Some(path);
        self
    }

    /// Puts it in a group.
    pub const fn group(mut self, group: Group) -> Self {
        self.group = group;
        self
    }

    /// Makes it part of a way to sign in.
    pub const fn sign_in(mut self, sign_in: SignInMethod) -> Self {
        self.sign_in = Some(sign_in);
        self
    }

    /// Logs its calls under this event.
    pub const fn event(mut self, event: &'static str) -> Self {
        self.event = Some(event);
        self
    }

    /// Limits the calls per hour.
    pub const fn limit(self, calls: u32, keys: &'static [&'static str]) -> Self {
        self.window(calls, HOUR, keys)
    }

    /// Limits the calls per window of this many seconds.
    pub const fn window(mut self, calls: u32, window: i64, keys: &'static [&'static str]) -> Self {
        self.limit = Some(Limit {
            calls,
            window,
            keys,
            resets: false,
        });
        self
    }

    /// A success begins the count anew.
    pub const fn resets(mut self) -> Self {
        if let Some(limit) = &mut self.limit {
            limit.resets = true;
        }
        self
    }

    /// Lets requests leave the project out.
    pub const fn without_project(mut self) -> Self {
        self.needs_project = false;
        self
    }

    /// Makes its errors pages.
    pub const fn html(mut self) -> Self {
        self.html = true;
        self
    }
}
