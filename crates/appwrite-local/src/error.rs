//! Appwrite's errors.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::APPWRITE_VERSION;

/// An error in Appwrite's form.
#[derive(Debug)]
pub struct ApiError {
    /// HTTP status, also the body's `code`.
    pub status: StatusCode,
    /// Appwrite's error type.
    pub kind: &'static str,
    /// Appwrite's text.
    pub message: String,
}

/// The error types that this server answers with: status and text as Appwrite has them.
const KNOWN: &[(&str, u16, &str)] = &[
    (
        "general_rate_limit_exceeded",
        429,
        "Rate limit for the current endpoint has been exceeded. Please try again after some time.",
    ),
    (
        "general_route_not_found",
        404,
        "Route not found. Please ensure the endpoint is configured correctly and that the API route is valid for this SDK version. Refer to the API docs for more details.",
    ),
    ("general_server_error", 500, "Internal server error."),
    (
        "project_not_found",
        404,
        "Project with the requested ID could not be found. Please check the value of the X-Appwrite-Project header to ensure the correct project ID is being used.",
    ),
    (
        "user_already_exists",
        409,
        "A user with the same id, email, or phone already exists in this project.",
    ),
    ("user_blocked", 403, "The current user has been blocked."),
    (
        "user_invalid_credentials",
        401,
        "Invalid credentials. Please check the email and password.",
    ),
    (
        "user_more_factors_required",
        401,
        "More factors are required to complete the sign in process.",
    ),
    (
        "user_not_found",
        404,
        "User with the requested ID could not be found.",
    ),
    (
        "user_session_already_exists",
        401,
        "Creation of a session is prohibited when a session is active.",
    ),
    (
        "user_session_not_found",
        404,
        "The current user session could not be found.",
    ),
    (
        "user_unauthorized",
        401,
        "The current user is not authorized to perform the requested action.",
    ),
];

impl ApiError {
    /// One of the types in the table above.
    pub fn known(kind: &'static str) -> Self {
        let found = KNOWN.iter().find(|(name, ..)| *name == kind);
        let (_, status, message) = found.unwrap_or(&("", 500, "Server Error"));
        Self {
            status: StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            kind,
            message: (*message).to_owned(),
        }
    }

    /// A parameter that is not what it must be, or not there.
    pub fn argument(message: String) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            kind: "general_argument_invalid",
            message,
        }
    }

    /// The caller lacks a scope. `who` is empty for a guest.
    pub fn scope(who: &str, role: &str, scope: &str) -> Self {
        let who = if who.is_empty() { "User" } else { who };
        Self {
            status: StatusCode::UNAUTHORIZED,
            kind: "general_unauthorized_scope",
            message: format!("{who} (role: {role}) missing scopes ([\"{scope}\"])"),
        }
    }

    /// A page of another host calls, and the host is no platform of the project.
    pub fn origin(host: &str) -> Self {
        Self {
            status: StatusCode::FORBIDDEN,
            kind: "general_unknown_origin",
            message: format!(
                "Invalid Origin. Register your new client ({host}) as a new Web platform on your \
                 project console dashboard"
            ),
        }
    }

    /// The response's body.
    pub fn body(&self) -> Value {
        json!({
            "message": self.message,
            "code": self.status.as_u16(),
            "type": self.kind,
            "version": APPWRITE_VERSION,
        })
    }
}

impl From<rusqlite::Error> for ApiError {
    /// The database failed: logged here, and only said to have happened.
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the database failed");
        Self::known("general_server_error")
    }
}
