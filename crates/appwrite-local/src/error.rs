//! Appwrite's errors.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::version::APPWRITE_VERSION;

/// An error, as Appwrite reports it.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// HTTP status, also the body's `code`.
    pub status: u16,
    /// Appwrite's error type.
    pub kind: &'static str,
    /// Appwrite's message.
    pub message: String,
}

/// The error types whose message is always the same, with Appwrite's status and message.
const KNOWN: &[(&str, u16, &str)] = &[
    (
        "general_bad_request",
        400,
        "There was an error processing your request. Please check the inputs and try again.",
    ),
    (
        "general_invalid_email",
        400,
        "Value must be a valid email address.",
    ),
    (
        "general_invalid_phone",
        400,
        "Value must be a valid phone number. Format this number with a leading '+' and a country code, e.g., +16175551212.",
    ),
    (
        "general_mock",
        400,
        "General errors thrown by the mock controller used for testing.",
    ),
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
    (
        "general_server_error",
        500,
        "An internal server error occurred.",
    ),
    (
        "password_personal_data",
        400,
        "The password you are trying to use contains references to your name, email, phone or userID. For your security, please choose a different password and try again.",
    ),
    (
        "password_recently_used",
        400,
        "The password you are trying to use is similar to your previous password. For your security, please choose a different password and try again.",
    ),
    (
        "project_invalid_failure_url",
        400,
        "Invalid redirect URL for OAuth failure.",
    ),
    (
        "project_invalid_success_url",
        400,
        "Invalid redirect URL for OAuth success.",
    ),
    (
        "project_not_found",
        404,
        "Project with the requested ID could not be found. Please check the value of the X-Appwrite-Project header to ensure the correct project ID is being used.",
    ),
    (
        "project_provider_disabled",
        412,
        "The chosen OAuth provider is disabled. You can enable the OAuth provider using the Appwrite console.",
    ),
    (
        "provider_not_found",
        404,
        "Provider with the requested ID could not be found.",
    ),
    (
        "user_already_exists",
        409,
        "A user with the same id, email, or phone already exists in this project.",
    ),
    (
        "user_authenticator_already_verified",
        409,
        "This authenticator is already verified on the current user.",
    ),
    (
        "user_authenticator_not_found",
        404,
        "Authenticator could not be found on the current user.",
    ),
    ("user_blocked", 403, "The current user has been blocked."),
    (
        "user_challenge_required",
        401,
        "A recently successful challenge is required to complete this action. A challenge is considered recent for 5 minutes.",
    ),
    (
        "user_count_exceeded",
        400,
        "The current project has exceeded the maximum number of users. Please check your user limit in the Appwrite console.",
    ),
    (
        "user_email_already_exists",
        409,
        "A user with the same email already exists in the current project.",
    ),
    (
        "user_email_already_verified",
        409,
        "User email is already verified",
    ),
    (
        "user_email_not_found",
        400,
        "User email could not be found.",
    ),
    ("user_email_not_verified", 400, "User email is not verified"),
    (
        "user_identity_not_found",
        404,
        "The identity could not be found. Please sign in with OAuth provider to create identity first.",
    ),
    (
        "user_invalid_credentials",
        401,
        "Invalid credentials. Please check the email and password.",
    ),
    (
        "user_invalid_token",
        401,
        "Invalid token passed in the request.",
    ),
    (
        "user_jwt_and_cookie_set",
        403,
        "JWT and cookie used in the same request. Use either `setJWT` or `setCookie`. Learn about which authentication method to use in the SSR docs: https://appwrite.io/docs/products/auth/server-side-rendering",
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
        "user_phone_already_exists",
        409,
        "A user with the same phone number already exists in the current project.",
    ),
    (
        "user_phone_already_verified",
        409,
        "User phone is already verified",
    ),
    (
        "user_phone_not_found",
        400,
        "The current user does not have a phone number associated with their account.",
    ),
    ("user_phone_not_verified", 400, "User phone is not verified"),
    (
        "user_recovery_codes_already_exists",
        409,
        "The current user already generated recovery codes and they can only be read once for security reasons.",
    ),
    (
        "user_recovery_codes_not_found",
        404,
        "Recovery codes could not be found on the current user.",
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
        "user_target_already_exists",
        409,
        "A target with the same ID already exists.",
    ),
    (
        "user_target_not_found",
        404,
        "The target could not be found.",
    ),
    (
        "user_unauthorized",
        401,
        "The current user is not authorized to perform the requested action.",
    ),
];

impl ApiError {
    /// An error of one of the types in the table above.
    pub fn known(kind: &'static str) -> Self {
        let found = KNOWN.iter().find(|(name, ..)| *name == kind);
        let (_, status, message) = found.unwrap_or(&("", 500, "Server Error"));
        Self {
            status: *status,
            kind,
            message: (*message).to_owned(),
        }
    }

    /// An error whose message depends on the request.
    pub fn with(kind: &'static str, status: u16, message: String) -> Self {
        Self {
            status,
            kind,
            message,
        }
    }

    /// A parameter is wrong or missing.
    pub fn argument(message: String) -> Self {
        Self::with("general_argument_invalid", 400, message)
    }

    /// A parameter breaks its rule.
    pub fn invalid(name: &str, rule: &str) -> Self {
        Self::argument(format!("Invalid `{name}` param: {rule}"))
    }

    /// The project has switched this way to sign in off.
    pub fn method_off(name: &str) -> Self {
        let message = format!("{name} authentication is disabled for this project");
        Self::with("user_auth_method_unsupported", 501, message)
    }

    /// The caller has none of these scopes. `who` is empty for a guest.
    pub fn scope(who: &str, role: &str, scopes: &[&str]) -> Self {
        let who = if who.is_empty() { "User" } else { who };
        let scopes = json!(scopes);
        let message = format!("{who} (role: {role}) missing scopes ({scopes})");
        Self::with("general_unauthorized_scope", 401, message)
    }

    /// The call comes from a page whose host isn't one of the project's platforms.
    pub fn origin(host: &str) -> Self {
        let message = format!(
            "Invalid Origin. Register your new client ({host}) as a new Web platform on your \
             project console dashboard"
        );
        Self::with("general_unknown_origin", 403, message)
    }

    /// The response's HTTP status. Appwrite lets only some statuses through; all others become 500.
    pub fn http_status(&self) -> StatusCode {
        match self.status {
            400..=405 | 408 | 409 | 410 | 412 | 413 | 416 | 422 | 429 | 451 | 501 | 503 => {
                StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The response's message. An error whose status became 500 keeps its own message to itself.
    pub fn public_message(&self) -> &str {
        if self.http_status() == StatusCode::INTERNAL_SERVER_ERROR {
            "Server Error"
        } else {
            &self.message
        }
    }

    /// The response's body.
    pub fn body(&self) -> Value {
        json!({
            "message": self.public_message(),
            "code": self.http_status().as_u16(),
            "type": self.kind,
            "version": APPWRITE_VERSION,
        })
    }
}

impl From<rusqlite::Error> for ApiError {
    /// The database failed. The details go to the log, not to the caller.
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the database failed");
        Self::known("general_server_error")
    }
}

/// Whether a change broke a constraint: a unique value, or a missing parent row.
pub fn is_constraint(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(failure, _)
        if failure.code == rusqlite::ErrorCode::ConstraintViolation)
}
