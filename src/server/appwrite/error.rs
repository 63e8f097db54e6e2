//! What can go wrong with a call to Appwrite, and what each of it means to the app.

use axum::http::StatusCode;
use tracing::Level;

use crate::{
    error::{AppError, OnField},
    model::{DisplayName, Problem},
    server::telemetry,
};

/// A call to Appwrite that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum AppwriteError {
    /// Appwrite answered with an error of its own.
    #[error("Appwrite answered {status} {kind}: {message}")]
    Refused {
        /// HTTP status.
        status: StatusCode,
        /// Appwrite's error type.
        kind: String,
        /// Appwrite's text; for the log, never for a page.
        message: String,
        /// Seconds until a limit's window ends, where the answer tells.
        retry_after: Option<u32>,
    },
    /// No connection, no answer in time, or the connection broke.
    #[error("Appwrite is not reachable: {0}")]
    Unreachable(String),
    /// An answer that is not Appwrite's.
    #[error("an answer that is not Appwrite's (status {status}): {reason}")]
    Garbage {
        /// HTTP status.
        status: StatusCode,
        /// What was wrong with it.
        reason: String,
    },
    /// Appwrite doesn't accept the API key, or not for this.
    #[error("Appwrite refused the API key ({0}); `doctor` says more about APPWRITE_KEY")]
    KeyRefused(String),
    /// The visitor may not do this with a row.
    #[error("Appwrite doesn't permit the visitor to do this with a row: {0}")]
    NotPermitted(String),
    /// The project has no such database, table, column or index.
    #[error(
        "the project lacks part of the app's schema ({0}); push appwrite.config.json with \
         `appwrite push tables --all`, and `doctor` says what's missing"
    )]
    SchemaMissing(String),
    /// What the app meant to send has no JSON, like a map whose keys aren't texts.
    #[error("what was to be sent can't be written as JSON: {0}")]
    NotJson(#[from] serde_json::Error),
}

impl AppwriteError {
    pub(super) fn unreachable(error: reqwest::Error) -> Self {
        // The address is configuration, not news, and reqwest's text hides the cause behind it.
        let error = error.without_url();
        let mut text = error.to_string();
        let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(&error);
        while let Some(error) = cause {
            text.push_str(": ");
            text.push_str(&error.to_string());
            cause = error.source();
        }
        Self::Unreachable(text)
    }

    /// Whether Appwrite said that the session is no longer one.
    pub fn is_dead_session(&self) -> bool {
        matches!(self.known(), Some(AppError::SignedOut))
    }

    /// Whether what was to be read, changed or deleted is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == StatusCode::NOT_FOUND)
    }

    /// Whether it is there, or done, already.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == StatusCode::CONFLICT)
    }

    /// The table of Appwrite's error types. `None` is a type that the app has no name for.
    fn known(&self) -> Option<AppError> {
        let (status, kind, message, retry_after) = match self {
            Self::Refused {
                status,
                kind,
                message,
                retry_after,
            } => (status, kind, message, retry_after),
            Self::NotPermitted(_) => return Some(AppError::NotPermitted),
            Self::SchemaMissing(_) => return Some(AppError::NotSetUp),
            Self::NotJson(_) => return Some(AppError::Internal),
            Self::Unreachable(_) | Self::Garbage { .. } | Self::KeyRefused(_) => {
                return Some(AppError::Unavailable);
            }
        };
        Some(match kind.as_str() {
            "general_unauthorized_scope"
            | "user_unauthorized"
            | "user_session_not_found"
            | "user_jwt_invalid"
                if *status == StatusCode::UNAUTHORIZED || *status == StatusCode::NOT_FOUND =>
            {
                AppError::SignedOut
            }
            "user_more_factors_required" => AppError::MoreFactorsRequired,
            "user_challenge_required" => AppError::ChallengeRequired,
            "user_blocked" => AppError::Blocked,
            // A column isn't found where a number is to be counted in a row that isn't there.
            "row_not_found"
            | "document_not_found"
            | "column_not_found"
            | "attribute_not_found"
            | "transaction_not_found"
            | "general_cursor_not_found" => AppError::NotFound,
            "row_already_exists"
            | "row_unique_constraint_violation"
            | "row_update_conflict"
            | "document_already_exists"
            | "document_unique_constraint_violation"
            | "document_update_conflict"
            | "transaction_conflict"
            | "transaction_not_ready" => AppError::Conflict,
            "transaction_expired" => AppError::FlowExpired,
            "column_limit_exceeded" | "attribute_limit_exceeded" => AppError::LimitReached,
            // A token, a challenge or its owner that is not there, any more or at all.
            "user_invalid_token" | "user_not_found" => AppError::LinkExpired,
            // A factor or a proof that the account has no address or number for.
            "user_email_not_found"
            | "user_email_not_verified"
            | "user_phone_not_found"
            | "user_phone_not_verified" => AppError::BadRequest,
            "user_auth_method_unsupported"
            | "user_count_exceeded"
            | "general_service_disabled"
            | "general_api_disabled"
            | "general_smtp_disabled"
            | "general_phone_disabled"
            | "project_provider_disabled" => AppError::SwitchedOff,
            "user_invalid_credentials" => AppError::InvalidCredentials,
            "user_already_exists" | "user_email_already_exists" | "user_target_already_exists" => {
                AppError::EmailTaken
            }
            "password_personal_data" => AppError::field("password", Problem::PasswordPersonal),
            "password_recently_used" => AppError::field("password", Problem::PasswordUsedBefore),
            "general_invalid_phone" => AppError::field("phone", Problem::PhoneMalformed),
            "user_email_disposable"
            | "user_email_free"
            | "user_email_not_canonical"
            | "user_email_not_corporate" => AppError::field("email", Problem::EmailRefused),
            "user_password_reset_required" => AppError::ResetRequired,
            // Another tab has done it already, or undone it.
            "user_authenticator_already_verified"
            | "user_authenticator_not_found"
            | "user_recovery_codes_not_found" => AppError::FlowExpired,
            "general_invalid_email" => AppError::field("email", Problem::EmailMalformed),
            "general_argument_invalid" => refused_argument(argument(message)?)?,
            "general_rate_limit_exceeded" => AppError::RateLimited(*retry_after),
            _ if *status == StatusCode::TOO_MANY_REQUESTS => AppError::RateLimited(*retry_after),
            _ if status.is_server_error() => AppError::Unavailable,
            _ => return None,
        })
    }

    /// The same, of a call that gives an address to an account: Appwrite says no more than "bad
    /// request" where an account at a provider has it.
    pub(super) fn or_email_taken(mut self) -> Self {
        if let Self::Refused { kind, .. } = &mut self
            && kind == "general_bad_request"
        {
            *kind = "user_email_already_exists".to_owned();
        }
        self
    }

    /// The same, of a visitor's call about rows: it's the permissions of the row or the table that are
    /// missing, not the session.
    pub(super) fn or_not_permitted(self) -> Self {
        match self {
            Self::Refused { kind, message, .. } if kind == "user_unauthorized" => {
                Self::NotPermitted(message)
            }
            other => other,
        }
    }

    /// The same, of a call about rows, which may ask for more than the project has.
    pub(super) fn or_schema_missing(self) -> Self {
        match self {
            Self::Refused { kind, message, .. } if is_schema_missing(&kind, &message) => {
                Self::SchemaMissing(message)
            }
            other => other,
        }
    }

    /// The same, of a call with the API key. Being unauthorized is then not the visitor's fault.
    pub(super) fn or_key_refused(self) -> Self {
        match self {
            Self::Refused { kind, message, .. }
                if matches!(
                    kind.as_str(),
                    "general_unauthorized_scope"
                        | "user_unauthorized"
                        | "project_key_expired"
                        | "api_key_expired"
                ) =>
            {
                Self::KeyRefused(message)
            }
            other => other,
        }
    }

    /// What is wrong with the field that the call was about, where it is about that.
    fn about(&self, field: &'static str) -> Option<AppError> {
        let Self::Refused { kind, message, .. } = self else {
            return None;
        };
        let argument = argument(message).unwrap_or_default();
        let (field, problem) = match kind.as_str() {
            "user_invalid_credentials" => ("password", Problem::PasswordWrong),
            "user_already_exists"
            | "user_email_already_exists"
            | "user_phone_already_exists"
            | "user_target_already_exists" => match field {
                "phone" => (field, Problem::PhoneTaken),
                _ => (field, Problem::EmailTaken),
            },
            "user_invalid_token" | "user_not_found" if field == "code" => {
                (field, Problem::CodeWrong)
            }
            "general_argument_invalid" => match (argument, field) {
                ("userId" | "secret" | "otp" | "challengeId", "code") => {
                    (field, Problem::CodeWrong)
                }
                // One that is too short or too long to be anybody's.
                ("oldPassword", _) | ("password", "email" | "phone") => {
                    ("password", Problem::PasswordWrong)
                }
                ("password", _) => (field, Problem::PasswordRefused),
                _ => return None,
            },
            "password_personal_data" => (field, Problem::PasswordPersonal),
            "password_recently_used" => (field, Problem::PasswordUsedBefore),
            _ => return None,
        };
        Some(AppError::field(field, problem))
    }
}

/// What the app says of it. Where it isn't an everyday outcome, the cause is kept for the log line of
/// the request's answer.
impl From<AppwriteError> for AppError {
    fn from(error: AppwriteError) -> Self {
        let meaning = error.known().unwrap_or(Self::Internal);
        let is_for_us_to_mend = matches!(error, AppwriteError::KeyRefused(_))
            || matches!(meaning, Self::SwitchedOff | Self::NotSetUp | Self::Internal);
        if is_for_us_to_mend {
            telemetry::note_cause(Level::ERROR, &error);
        } else if matches!(meaning, Self::Unavailable | Self::RateLimited(_)) {
            telemetry::note_cause(Level::WARN, &error);
        }
        meaning
    }
}

/// What became of deleting something, which is as good if it was gone already.
///
/// # Errors
///
/// What else Appwrite said.
pub fn or_gone(deleted: Result<(), AppwriteError>) -> Result<(), AppwriteError> {
    match deleted {
        Err(error) if error.is_not_found() => Ok(()),
        deleted => deleted,
    }
}

impl<T> OnField<T> for Result<T, AppwriteError> {
    fn on_field(self, field: &'static str) -> Result<T, AppError> {
        self.map_err(|error| error.about(field).unwrap_or_else(|| error.into()))
    }
}

/// Whether an error about rows says that the project has no such database, table, column or index. For
/// the last two there's only the text to go by.
fn is_schema_missing(kind: &str, message: &str) -> bool {
    match kind {
        "database_not_found" | "table_not_found" | "collection_not_found" => true,
        "row_invalid_structure" | "document_invalid_structure" => {
            message.contains("Unknown attribute:")
        }
        "general_query_invalid" => {
            message.contains("not found in schema") || message.contains("requires a fulltext index")
        }
        _ => false,
    }
}

/// The parameter that `general_argument_invalid` is about: it stands in the text between backticks.
fn argument(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

/// What a parameter that Appwrite didn't take means, where no field is named.
fn refused_argument(name: &str) -> Option<AppError> {
    Some(match name {
        "email" => AppError::field("email", Problem::EmailMalformed),
        // Its length was checked before; what is left are the project's own rules.
        "password" => AppError::field("password", Problem::PasswordRefused),
        "name" => AppError::field("name", Problem::TooLong(DisplayName::MAX as u32)),
        "phone" => AppError::field("phone", Problem::PhoneMalformed),
        "sessionId" | "identityId" => AppError::NotFound,
        // What came with a link, or stood in a cookie, is none that Appwrite could have made.
        "userId" | "secret" | "otp" | "challengeId" => AppError::LinkExpired,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapped(status: u16, kind: &str, message: &str) -> AppError {
        AppwriteError::Refused {
            status: StatusCode::from_u16(status).unwrap(),
            kind: kind.to_owned(),
            message: message.to_owned(),
            retry_after: Some(7),
        }
        .into()
    }

    #[test]
    fn each_type_has_its_meaning() {
        for (status, kind, expected) in [
            (401, "general_unauthorized_scope", AppError::SignedOut),
            (404, "user_session_not_found", AppError::SignedOut),
            (
                401,
                "user_more_factors_required",
                AppError::MoreFactorsRequired,
            ),
            (403, "user_blocked", AppError::Blocked),
            // Appwrite before 1.9 said the same with a 401.
            (401, "user_blocked", AppError::Blocked),
            (
                401,
                "user_invalid_credentials",
                AppError::InvalidCredentials,
            ),
            (409, "user_already_exists", AppError::EmailTaken),
            (401, "user_challenge_required", AppError::ChallengeRequired),
            (401, "user_invalid_token", AppError::LinkExpired),
            (501, "user_auth_method_unsupported", AppError::SwitchedOff),
            (503, "general_smtp_disabled", AppError::SwitchedOff),
            (
                429,
                "general_rate_limit_exceeded",
                AppError::RateLimited(Some(7)),
            ),
            (500, "general_unknown", AppError::Unavailable),
            (503, "", AppError::Unavailable),
            (400, "something_of_the_future", AppError::Internal),
            (404, "project_not_found", AppError::Internal),
        ] {
            assert_eq!(mapped(status, kind, ""), expected, "{status} {kind}");
        }
    }

    fn refused(status: u16, kind: &str, message: &str) -> AppwriteError {
        AppwriteError::Refused {
            status: StatusCode::from_u16(status).unwrap(),
            kind: kind.to_owned(),
            message: message.to_owned(),
            retry_after: None,
        }
    }

    #[test]
    fn each_type_about_rows_has_its_meaning() {
        for (status, kind, expected) in [
            (404, "row_not_found", AppError::NotFound),
            (404, "document_not_found", AppError::NotFound),
            (404, "column_not_found", AppError::NotFound),
            (404, "transaction_not_found", AppError::NotFound),
            (400, "general_cursor_not_found", AppError::NotFound),
            (409, "row_already_exists", AppError::Conflict),
            (409, "document_already_exists", AppError::Conflict),
            (409, "transaction_conflict", AppError::Conflict),
            (400, "transaction_not_ready", AppError::Conflict),
            (410, "transaction_expired", AppError::FlowExpired),
            (400, "column_limit_exceeded", AppError::LimitReached),
            (400, "attribute_limit_exceeded", AppError::LimitReached),
            // What the app sends fits its own schema, unless there's a bug.
            (400, "row_invalid_structure", AppError::Internal),
            (400, "general_query_invalid", AppError::Internal),
        ] {
            assert_eq!(mapped(status, kind, ""), expected, "{status} {kind}");
        }
    }

    #[test]
    fn what_the_schema_lacks_is_not_set_up_and_the_log_says_what_to_push() {
        for (status, kind, message) in [
            (404, "database_not_found", "Database not found"),
            (
                404,
                "table_not_found",
                "Table with the requested ID 'notes' could not be found.",
            ),
            (404, "collection_not_found", "Collection not found"),
            (
                400,
                "row_invalid_structure",
                "Invalid document structure: Unknown attribute: \"due\"",
            ),
            (
                400,
                "general_query_invalid",
                "Invalid query: Attribute not found in schema: due",
            ),
            (
                400,
                "general_query_invalid",
                "Searching by attribute \"text\" requires a fulltext index.",
            ),
        ] {
            let error = refused(status, kind, message).or_schema_missing();
            let log = error.to_string();
            assert!(log.contains(message), "{log}");
            assert!(log.contains("appwrite push tables"), "{log}");
            assert!(!error.is_not_found(), "no row is missing");
            assert_eq!(AppError::from(error), AppError::NotSetUp, "{message}");
        }
        let row = refused(404, "row_not_found", "").or_schema_missing();
        assert!(row.is_not_found());
    }

    #[test]
    fn a_visitor_is_not_permitted_where_a_key_is_refused() {
        let unauthorized = || refused(401, "user_unauthorized", "not authorized");
        let visitor = unauthorized().or_not_permitted();
        assert!(!visitor.is_dead_session());
        assert_eq!(AppError::from(visitor), AppError::NotPermitted);
        let key = unauthorized().or_key_refused();
        assert!(!key.is_dead_session());
        assert_eq!(AppError::from(key), AppError::Unavailable);
    }

    #[test]
    fn a_refused_parameter_becomes_its_field() {
        assert_eq!(
            mapped(
                400,
                "general_argument_invalid",
                "Invalid `password` param: Password should not be one of the commonly used."
            ),
            AppError::field("password", Problem::PasswordRefused)
        );
        assert_eq!(
            mapped(400, "general_argument_invalid", "Invalid `userId` param: x"),
            AppError::LinkExpired
        );
        assert_eq!(
            mapped(400, "general_argument_invalid", "Invalid `url` param: x"),
            AppError::Internal
        );
    }

    #[test]
    fn a_field_gets_what_is_wrong_with_it() {
        let invalid = |name: &str| format!("Invalid `{name}` param: x");
        for (kind, message, field, expected) in [
            (
                "user_invalid_credentials",
                String::new(),
                "email",
                ("password", Problem::PasswordWrong),
            ),
            (
                "user_target_already_exists",
                String::new(),
                "email",
                ("email", Problem::EmailTaken),
            ),
            (
                "user_target_already_exists",
                String::new(),
                "phone",
                ("phone", Problem::PhoneTaken),
            ),
            (
                "general_argument_invalid",
                invalid("phone"),
                "phone",
                ("phone", Problem::PhoneMalformed),
            ),
            (
                "general_argument_invalid",
                invalid("password"),
                "email",
                ("password", Problem::PasswordWrong),
            ),
            (
                "general_argument_invalid",
                invalid("password"),
                "new_password",
                ("new_password", Problem::PasswordRefused),
            ),
            (
                "general_argument_invalid",
                invalid("oldPassword"),
                "new_password",
                ("password", Problem::PasswordWrong),
            ),
            (
                "password_recently_used",
                String::new(),
                "new_password",
                ("new_password", Problem::PasswordUsedBefore),
            ),
            (
                "user_invalid_token",
                String::new(),
                "code",
                ("code", Problem::CodeWrong),
            ),
            (
                "general_argument_invalid",
                invalid("secret"),
                "code",
                ("code", Problem::CodeWrong),
            ),
        ] {
            let refused: Result<(), _> = Err(AppwriteError::Refused {
                status: StatusCode::BAD_REQUEST,
                kind: kind.to_owned(),
                message: message.clone(),
                retry_after: None,
            });
            let expected = AppError::field(expected.0, expected.1);
            assert_eq!(refused.on_field(field), Err(expected), "{kind} {message}");
        }
    }

    #[test]
    fn an_outage_is_never_a_sign_out() {
        let errors = [
            AppwriteError::Unreachable("connection refused".to_owned()),
            AppwriteError::Garbage {
                status: StatusCode::UNAUTHORIZED,
                reason: "expected value".to_owned(),
            },
        ];
        for error in errors {
            assert!(!error.is_dead_session());
            assert_eq!(AppError::from(error), AppError::Unavailable);
        }
    }
}
