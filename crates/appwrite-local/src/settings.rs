//! The project's settings, by Appwrite's names.
//!
//! For a real project, you'd change these in the console. Here they come from a small TOML file,
//! given with `--settings`. Whatever it leaves out is as in a new project.

use std::path::Path;

use serde::Deserialize;
use strum::VariantNames;
use time::Duration;

use crate::{error::ApiError, params::is_phone, provider::Provider};

/// The settings. In the file, names are in camel case, as in Appwrite's project model.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// The project's name, for emails and authenticator apps.
    pub name: String,
    /// How many users there may be. 0 means no limit.
    pub auth_limit: u32,
    /// How long a session lasts, in seconds.
    pub auth_duration: u32,
    /// How many sessions a user may have. 0 means no limit.
    pub auth_sessions_limit: u32,
    /// How many previous passwords can't be reused, from 0 to 20.
    pub auth_password_history: u8,
    /// Whether the most common passwords are refused.
    pub auth_password_dictionary: bool,
    /// Whether passwords with the user's name, ID, email or phone in them are refused.
    pub auth_personal_data_check: bool,
    /// Whether users get an email about a new session.
    pub auth_session_alerts: bool,
    /// Whether a new password ends the user's other sessions.
    pub auth_invalidate_sessions: bool,
    /// Phone numbers with a fixed code. Nothing is sent to them.
    pub auth_mock_numbers: Vec<MockNumber>,
    /// Whether people can sign in with email and password.
    pub auth_email_password: bool,
    /// Whether people can sign in with a link from an email.
    #[serde(rename = "authUsersAuthMagicURL")]
    pub auth_users_auth_magic_url: bool,
    /// Whether people can sign in with a code from an email.
    pub auth_email_otp: bool,
    /// Whether people can sign in as a guest.
    pub auth_anonymous: bool,
    /// Whether users can get JSON web tokens.
    #[serde(rename = "authJWT")]
    pub auth_jwt: bool,
    /// Whether people can sign in with a code from a text message.
    pub auth_phone: bool,
    /// The OAuth2 providers that are switched on, by Appwrite's IDs.
    #[serde(rename = "oAuthProviders")]
    pub oauth_providers: Vec<String>,
}

/// A way to sign in that can be switched off, by the name in Appwrite's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
pub(crate) enum SignInMethod {
    #[strum(serialize = "Email / Password")]
    EmailPassword,
    #[strum(serialize = "Magic URL")]
    MagicUrl,
    #[strum(serialize = "Email OTP")]
    EmailOtp,
    Anonymous,
    Phone,
    #[strum(serialize = "JWT")]
    Jwt,
}

/// A phone number with a fixed code.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct MockNumber {
    /// `+` and digits.
    pub phone: String,
    /// Six digits.
    pub otp: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: "Local".to_owned(),
            auth_limit: 0,
            auth_duration: 31_536_000,
            auth_sessions_limit: 0,
            auth_password_history: 0,
            auth_password_dictionary: false,
            auth_personal_data_check: false,
            auth_session_alerts: false,
            auth_invalidate_sessions: true,
            auth_mock_numbers: Vec::new(),
            auth_email_password: true,
            auth_users_auth_magic_url: true,
            auth_email_otp: true,
            auth_anonymous: true,
            auth_jwt: true,
            auth_phone: true,
            // A new project has none. Here they're harmless and need no setting up, so all are on.
            oauth_providers: Provider::VARIANTS
                .iter()
                .map(|id| (*id).to_owned())
                .collect(),
        }
    }
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    ///
    /// What's wrong with it, in one or a few lines.
    pub fn read(path: &Path) -> Result<Self, String> {
        let name = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("{name} cannot be read: {error}"))?;
        Self::parse(&text).map_err(|error| format!("{name}: {error}"))
    }

    /// Reads settings from TOML.
    ///
    /// # Errors
    ///
    /// What's wrong with them.
    pub fn parse(toml: &str) -> Result<Self, String> {
        let settings: Self = toml::from_str(toml).map_err(|error| error.to_string())?;
        if let Some(unknown) = settings
            .oauth_providers
            .iter()
            .find(|id| !Provider::VARIANTS.contains(&id.as_str()))
        {
            return Err(format!(
                "oAuthProviders: there is no provider \"{unknown}\""
            ));
        }
        if settings.auth_password_history > 20 {
            return Err("authPasswordHistory is at most 20".to_owned());
        }
        if settings.auth_duration < 60 {
            return Err("authDuration is at least 60 seconds".to_owned());
        }
        for MockNumber { phone, otp } in &settings.auth_mock_numbers {
            MockNumber::new(phone, otp)?;
        }
        Ok(settings)
    }

    /// Refuses a way to sign in that is switched off.
    pub(crate) fn check_allowed(&self, method: SignInMethod) -> Result<(), ApiError> {
        let allowed = match method {
            SignInMethod::EmailPassword => self.auth_email_password,
            SignInMethod::MagicUrl => self.auth_users_auth_magic_url,
            SignInMethod::EmailOtp => self.auth_email_otp,
            SignInMethod::Anonymous => self.auth_anonymous,
            SignInMethod::Phone => self.auth_phone,
            SignInMethod::Jwt => self.auth_jwt,
        };
        allowed
            .then_some(())
            .ok_or_else(|| ApiError::method_off(method.into()))
    }

    /// How long a session lasts.
    pub fn session_duration(&self) -> Duration {
        Duration::seconds(self.auth_duration.into())
    }

    /// A phone number's fixed code, if it has one.
    pub fn mock_otp(&self, phone: &str) -> Option<&str> {
        self.auth_mock_numbers
            .iter()
            .find(|number| number.phone == phone)
            .map(|number| number.otp.as_str())
    }
}

impl MockNumber {
    /// A number and its code.
    ///
    /// # Errors
    ///
    /// Which of the two is malformed.
    pub fn new(phone: &str, otp: &str) -> Result<Self, String> {
        if !is_phone(phone) {
            return Err(format!("\"{phone}\" is no phone number like +15005550006"));
        }
        if otp.len() != 6 || !otp.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(format!("\"{otp}\" is no code of six digits"));
        }
        Ok(Self {
            phone: phone.to_owned(),
            otp: otp.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    #[test]
    fn settings_left_out_are_as_in_a_new_project() {
        let settings = Settings::parse("authSessionsLimit = 2\nauthJWT = false").unwrap();
        assert_eq!(settings.auth_sessions_limit, 2);
        assert!(!settings.auth_jwt);
        assert_eq!(settings.auth_duration, 31_536_000);
        assert!(settings.auth_invalidate_sessions);
    }

    #[test]
    fn errors_name_the_mistake() {
        for (toml, named) in [
            ("authSessionLimit = 2", "authSessionLimit"),
            ("authDuration = 5", "authDuration"),
            ("authPasswordHistory = 21", "authPasswordHistory"),
            ("oAuthProviders = [\"gibhut\"]", "gibhut"),
            (
                "authMockNumbers = [{ phone = \"1\", otp = \"123456\" }]",
                "\"1\"",
            ),
            (
                "authMockNumbers = [{ phone = \"+15005550006\", otp = \"1\" }]",
                "\"1\"",
            ),
        ] {
            let error = Settings::parse(toml).unwrap_err();
            assert!(error.contains(named), "{toml}: {error}");
        }
    }
}
