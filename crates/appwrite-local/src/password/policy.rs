//! Which new passwords a project refuses.

use crate::{error::ApiError, settings::Settings, store::UserRow};

/// How many common passwords Appwrite's list has.
const COMMON: u64 = 10_000;

/// What a password must not contain.
pub struct PersonalData<'a> {
    pub user_id: &'a str,
    pub email: Option<&'a str>,
    pub name: &'a str,
    pub phone: Option<&'a str>,
}

impl<'a> From<&'a UserRow> for PersonalData<'a> {
    fn from(user: &'a UserRow) -> Self {
        Self {
            user_id: &user.id,
            email: user.email.as_deref(),
            name: &user.name,
            phone: user.phone.as_deref(),
        }
    }
}

/// Refuses the most common passwords, if the project wants that.
///
/// Their ranking comes from zxcvbn's list, which is similar to Appwrite's but not the same.
pub fn check_dictionary(settings: &Settings, param: &str, password: &str) -> Result<(), ApiError> {
    if settings.auth_password_dictionary && zxcvbn::zxcvbn(password, &[]).guesses() <= COMMON {
        return Err(ApiError::invalid(
            param,
            "Password must be between 8 and 256 characters long, and should not be one of the \
             commonly used password.",
        ));
    }
    Ok(())
}

/// Refuses a password that contains something about its user, if the project wants that.
pub fn check_personal(
    settings: &Settings,
    password: &str,
    about: &PersonalData<'_>,
) -> Result<(), ApiError> {
    if !settings.auth_personal_data_check {
        return Ok(());
    }
    let password = password.to_lowercase();
    let local = about.email.and_then(|email| email.split('@').next());
    let digits = about.phone.map(|phone| phone.trim_start_matches('+'));
    let parts = [
        Some(about.user_id),
        about.email,
        local,
        Some(about.name),
        about.phone,
        digits,
    ];
    let contains = parts
        .into_iter()
        .flatten()
        .any(|part| !part.is_empty() && password.contains(&part.to_lowercase()));
    if contains {
        return Err(ApiError::known("password_personal_data"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_passwords_are_refused_only_if_the_project_wants_it() {
        let mut settings = Settings::default();
        assert!(check_dictionary(&settings, "password", "password").is_ok());
        settings.auth_password_dictionary = true;
        for common in ["password", "12345678", "iloveyou", "football"] {
            assert!(
                check_dictionary(&settings, "password", common).is_err(),
                "{common}"
            );
        }
        assert!(check_dictionary(&settings, "password", "clothe-Wren-42-umbel").is_ok());
    }

    #[test]
    fn personal_data_is_found_in_any_case() {
        let settings = Settings {
            auth_personal_data_check: true,
            ..Settings::default()
        };
        let about = PersonalData {
            user_id: "user-7",
            email: Some("ada@example.com"),
            name: "Lovelace",
            phone: Some("+15551234567"),
        };
        for password in ["xUSER-7x", "ADA-is-here", "my-lovelace", "15551234567"] {
            assert!(
                check_personal(&settings, password, &about).is_err(),
                "{password}"
            );
        }
        assert!(check_personal(&settings, "nothing-of-it", &about).is_ok());
        let nobody = PersonalData {
            user_id: "u1",
            email: None,
            name: "",
            phone: None,
        };
        assert!(check_personal(&settings, "anything", &nobody).is_ok());
    }
}
