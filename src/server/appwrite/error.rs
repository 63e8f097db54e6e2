//! What can go wrong with a call to Appwrite, and what each of it means to the app.

use axum::http::StatusCode;

use crate::{
    error::AppError,
    model::{Field, FieldError, Problem},
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

    /// As [`into_app_error`](Self::into_app_error), for a form in which somebody who is signed in
    /// changes this field and proves with the password who they are.
    pub fn into_form_error(self, changed: Field) -> AppError {
        if let Self::Refused { kind, message, .. } = &self {
            let about = |name: &str| message.contains(&format!("`{name}`"));
            match kind.as_str() {
                "user_invalid_credentials" => return field(Field::Password, Problem::Wrong),
                "user_target_already_exists"
                | "user_already_exists"
                | "user_email_already_exists"
                | "user_phone_already_exists"
                // An address that an account at a provider has.
                | "general_bad_request" => return field(changed, Problem::Taken),
                "general_argument_invalid" if about("phone") => {
                    return field(Field::Phone, Problem::Malformed);
                }
                // One that is too short or too long to be anybody's.
                "general_argument_invalid"
                    if about("oldPassword")
                        || about("password") && changed != Field::NewPassword =>
                {
                    return field(Field::Password, Problem::Wrong);
                }
                _ => {}
            }
        }
        self.into_app_error()
    }

    /// As [`into_app_error`](Self::into_app_error), where an account with an address is to come into
    /// being: Appwrite has no better word for one that an account at a provider has.
    pub fn into_new_account_error(self) -> AppError {
        match &self {
            Self::Refused { kind, .. } if kind == "general_bad_request" => AppError::EmailTaken,
            _ => self.into_app_error(),
        }
    }

    /// As [`into_app_error`](Self::into_app_error), for a form in which a code is typed.
    pub fn into_code_error(self, typed: Field) -> AppError {
        match self.into_app_error() {
            AppError::LinkDead => field(typed, Problem::Wrong),
            other => other,
        }
    }

    /// The table of Appwrite's error types. `None` is a type that the app has no name for.
    fn known(&self) -> Option<AppError> {
        let Self::Refused {
            status,
            kind,
            message,
            retry_after,
        } = self
        else {
            return Some(AppError::Unavailable);
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
            // A token, a challenge or its owner that is not there, any more or at all.
            "user_invalid_token" | "user_not_found" => AppError::LinkDead,
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
            "password_personal_data" => field(Field::NewPassword, Problem::Personal),
            "password_recently_used" => field(Field::NewPassword, Problem::UsedBefore),
            "general_invalid_phone" => field(Field::Phone, Problem::Malformed),
            "user_email_disposable"
            | "user_email_free"
            | "user_email_not_canonical"
            | "user_email_not_corporate" => field(Field::Email, Problem::Refused),
            "user_password_reset_required" => AppError::ResetRequired,
            // Another tab has done it already, or undone it.
            "user_authenticator_already_verified"
            | "user_authenticator_not_found"
            | "user_recovery_codes_not_found" => AppError::NothingPending,
            "general_invalid_email" => field(Field::Email, Problem::Malformed),
            "general_argument_invalid" => argument(message)?,
            "general_rate_limit_exceeded" => AppError::RateLimited(*retry_after),
            _ if *status == StatusCode::TOO_MANY_REQUESTS => AppError::RateLimited(*retry_after),
            _ if status.is_server_error() => AppError::Unavailable,
            _ => return None,
        })
    }

    /// What the app says, and a log line with the cause where it is not an everyday outcome.
    pub fn into_app_error(self) -> AppError {
        match self.known() {
            Some(AppError::Unavailable) => {
                tracing::warn!(cause = %self, "appwrite unavailable");
                AppError::Unavailable
            }
            Some(AppError::SwitchedOff) => {
                tracing::error!(cause = %self, "the project has this switched off");
                AppError::SwitchedOff
            }
            Some(AppError::RateLimited(seconds)) => {
                tracing::warn!(cause = %self, "appwrite limits us");
                AppError::RateLimited(seconds)
            }
            Some(known) => known,
            None => {
                tracing::error!(cause = %self, "appwrite answered with something unexpected");
                AppError::Internal
            }
        }
    }
}

/// The parameter that `general_argument_invalid` is about stands in its text, between backticks.
fn argument(message: &str) -> Option<AppError> {
    let name = message.split('`').nth(1)?;
    Some(match name {
        "email" => field(Field::Email, Problem::Malformed),
        // Its length was checked before; what is left are the project's own rules.
        "password" => field(Field::NewPassword, Problem::Refused),
        "name" => field(Field::Name, Problem::TooLong),
        "phone" => field(Field::Phone, Problem::Malformed),
        "sessionId" | "identityId" => AppError::NotFound,
        // What came with a link, or stood in a cookie, is none that Appwrite could have made.
        "userId" | "secret" | "otp" | "challengeId" => AppError::LinkDead,
        _ => return None,
    })
}

fn field(field: Field, problem: Problem) -> AppError {
    AppError::Invalid(vec![FieldError { field, problem }])
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
        .into_app_error()
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
            (401, "user_invalid_token", AppError::LinkDead),
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

    #[test]
    fn a_refused_parameter_becomes_its_field() {
        assert_eq!(
            mapped(
                400,
                "general_argument_invalid",
                "Invalid `password` param: Password should not be one of the commonly used."
            ),
            field(Field::NewPassword, Problem::Refused)
        );
        assert_eq!(
            mapped(400, "general_argument_invalid", "Invalid `userId` param: x"),
            AppError::LinkDead
        );
        assert_eq!(
            mapped(400, "general_argument_invalid", "Invalid `url` param: x"),
            AppError::Internal
        );
    }

    #[test]
    fn a_form_of_the_account_has_its_own_words() {
        let told = |kind: &str, message: &str, changed| {
            let error = AppwriteError::Refused {
                status: StatusCode::BAD_REQUEST,
                kind: kind.to_owned(),
                message: message.to_owned(),
                retry_after: None,
            };
            error.into_form_error(changed)
        };
        let (email, new, old) = (Field::Email, Field::NewPassword, Field::Password);
        for (kind, message, changed, expected) in [
            ("user_invalid_credentials", "", email, (old, Problem::Wrong)),
            (
                "user_target_already_exists",
                "",
                email,
                (email, Problem::Taken),
            ),
            (
                "general_argument_invalid",
                "Invalid `password` param",
                email,
                (old, Problem::Wrong),
            ),
            (
                "general_argument_invalid",
                "Invalid `password` param",
                new,
                (new, Problem::Refused),
            ),
            (
                "general_argument_invalid",
                "Invalid `oldPassword` param",
                new,
                (old, Problem::Wrong),
            ),
            (
                "password_recently_used",
                "",
                new,
                (new, Problem::UsedBefore),
            ),
        ] {
            let expected = field(expected.0, expected.1);
            assert_eq!(told(kind, message, changed), expected, "{kind} {message}");
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
            assert_eq!(error.into_app_error(), AppError::Unavailable);
        }
    }
}
