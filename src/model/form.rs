//! The forms that people type into: where each stands, its fields and its words.
//!
//! One table for the page that shows a form, the island that sends it and the handler that takes it
//! without a script. What a form does is in `actions::submit`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Field, FieldError, Problem};
use crate::error::AppError;

/// A form. On the wire it is the path of its page, which the bundle holds anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Form {
    /// Sign in with e-mail and password.
    SignIn,
    /// Make an account with e-mail and password.
    SignUp,
    /// Ask for a link by e-mail.
    MagicUrl,
    /// Ask for a code by e-mail.
    EmailOtp,
    /// Ask for a code by text message.
    Phone,
    /// Sign in with the code that was sent.
    Code,
    /// Sign in with the link that was sent.
    Link,
    /// Ask for a link that sets a new password.
    Recover,
    /// Set a new password with that link.
    ResetPassword,
    /// Prove with the link that was sent whose e-mail address it is.
    VerifyEmail,
    /// Prove with the code that was sent whose phone number it is.
    VerifyPhone,
    /// The second step, with an authenticator app.
    MfaTotp,
    /// The second step, with a code that was sent.
    MfaCode,
    /// The second step, with a recovery code.
    MfaRecoveryCode,
    /// Add an authenticator app, with its first code.
    AddTotp,
    /// Change the name.
    UpdateName,
    /// Change the e-mail address.
    UpdateEmail,
    /// Change the phone number.
    UpdatePhone,
    /// Change the password.
    UpdatePassword,
    /// Give an account that has none a password.
    SetPassword,
    /// Give a guest's account an e-mail address and a password.
    Upgrade,
    /// Give the account up.
    Deactivate,
}

/// A field as a form shows it.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Which one.
    pub field: Field,
    /// What people read.
    pub label: &'static str,
    /// The input's `type`.
    pub kind: &'static str,
    /// What password managers and browsers fill in.
    pub autocomplete: &'static str,
    /// Help below it; empty for none.
    pub hint: &'static str,
    /// Whether it may stay empty.
    pub optional: bool,
}

impl From<Form> for &'static str {
    fn from(form: Form) -> Self {
        form.path()
    }
}

impl TryFrom<String> for Form {
    type Error = &'static str;

    fn try_from(path: String) -> Result<Self, Self::Error> {
        let found = Self::ALL.into_iter().find(|form| form.path() == path);
        found.ok_or("no form")
    }
}

impl Form {
    const ALL: [Self; 22] = [
        Self::SignIn,
        Self::SignUp,
        Self::MagicUrl,
        Self::EmailOtp,
        Self::Phone,
        Self::Code,
        Self::Link,
        Self::Recover,
        Self::ResetPassword,
        Self::VerifyEmail,
        Self::VerifyPhone,
        Self::MfaTotp,
        Self::MfaCode,
        Self::MfaRecoveryCode,
        Self::AddTotp,
        Self::UpdateName,
        Self::UpdateEmail,
        Self::UpdatePhone,
        Self::UpdatePassword,
        Self::SetPassword,
        Self::Upgrade,
        Self::Deactivate,
    ];

    /// The page it stands on, which is also where it is posted without a script.
    pub fn path(self) -> &'static str {
        match self {
            Self::SignIn => "/signin",
            Self::SignUp => "/signup",
            Self::MagicUrl => "/signin/magic-url",
            Self::EmailOtp => "/signin/email-otp",
            Self::Phone => "/signin/phone",
            Self::Code => "/signin/code",
            Self::Link => "/signin/link",
            Self::Recover => "/recover",
            Self::ResetPassword => "/recover/confirm",
            Self::VerifyEmail => "/verify",
            Self::VerifyPhone => "/account/phone/verify",
            Self::MfaTotp => "/mfa/totp",
            Self::MfaCode => "/mfa/code",
            Self::MfaRecoveryCode => "/mfa/recovery-code",
            Self::AddTotp => "/account/security/totp",
            Self::UpdateName => "/account/name",
            Self::UpdateEmail => "/account/email",
            Self::UpdatePhone => "/account/phone",
            Self::UpdatePassword => "/account/password",
            Self::SetPassword => "/account/password/new",
            Self::Upgrade => "/account/upgrade",
            Self::Deactivate => "/account/deactivate",
        }
    }

    /// The fields that are shown, in their order.
    pub fn asked(self) -> &'static [Field] {
        match self {
            Self::SignIn => &[Field::Email, Field::Password],
            Self::SignUp | Self::Upgrade => &[Field::Name, Field::Email, Field::NewPassword],
            Self::MagicUrl | Self::EmailOtp | Self::Recover => &[Field::Email],
            Self::Phone => &[Field::Phone],
            Self::Code | Self::VerifyPhone | Self::MfaTotp | Self::MfaCode | Self::AddTotp => {
                &[Field::Code]
            }
            Self::MfaRecoveryCode => &[Field::RecoveryCode],
            Self::Link | Self::VerifyEmail => &[],
            Self::ResetPassword | Self::SetPassword => &[Field::NewPassword],
            Self::UpdateName => &[Field::Name],
            Self::UpdateEmail => &[Field::Email, Field::Password],
            Self::UpdatePhone => &[Field::Phone, Field::Password],
            Self::UpdatePassword => &[Field::Password, Field::NewPassword],
            Self::Deactivate => &[Field::Confirmation],
        }
    }

    /// Whether a field may stay empty.
    fn is_optional(self, field: Field) -> bool {
        field == Field::Name && self != Self::UpdateName
    }

    /// How a field is shown. For pages alone: the bundle has no use for these words.
    pub fn input(self, field: Field) -> Input {
        let (label, kind, autocomplete) = match (field, self) {
            (Field::Name, _) => ("Name", "text", "name"),
            (Field::Email, Self::UpdateEmail) => ("New e-mail", "email", "email"),
            (Field::Email, _) => ("E-mail", "email", "username"),
            (Field::Phone, _) => ("Phone number", "tel", "tel"),
            (Field::Password, Self::SignIn) => ("Password", "password", "current-password"),
            (Field::Password, _) => ("Your password", "password", "current-password"),
            (Field::NewPassword, Self::ResetPassword | Self::UpdatePassword) => {
                ("New password", "password", "new-password")
            }
            (Field::NewPassword, _) => ("Password", "password", "new-password"),
            (Field::RecoveryCode, _) => ("Recovery code", "text", "off"),
            (Field::Confirmation, _) => ("Type deactivate", "text", "off"),
            (Field::Code | Field::Next | Field::UserId | Field::Secret, _) => {
                ("Code", "text", "one-time-code")
            }
        };
        let hint = match field {
            Field::Phone => "With the country code, like +1 555 010 0199.",
            Field::NewPassword => "At least 8 characters.",
            _ => "",
        };
        Input {
            field,
            label,
            kind,
            autocomplete,
            hint,
            optional: self.is_optional(field),
        }
    }

    /// The fields that stand in the query of its page's address rather than in the form: where to
    /// go next, and what a link in a mail brings, which so is never written into a page.
    pub fn carried(self) -> &'static [Field] {
        match self {
            Self::SignIn
            | Self::SignUp
            | Self::MagicUrl
            | Self::EmailOtp
            | Self::Phone
            | Self::MfaTotp
            | Self::MfaRecoveryCode => &[Field::Next],
            Self::Link => &[Field::UserId, Field::Secret, Field::Next],
            Self::ResetPassword | Self::VerifyEmail => &[Field::UserId, Field::Secret],
            _ => &[],
        }
    }

    /// All its fields.
    pub fn fields(self) -> impl Iterator<Item = Field> {
        self.asked().iter().chain(self.carried()).copied()
    }

    /// What its button says. For pages alone, too.
    pub fn submit(self) -> &'static str {
        match self {
            Self::SignIn => "Sign in",
            Self::SignUp => "Create account",
            Self::MagicUrl | Self::Recover => "E-mail me a link",
            Self::EmailOtp => "E-mail me a code",
            Self::Phone => "Text me a code",
            Self::Code | Self::Link => "Sign in",
            Self::ResetPassword => "Set new password",
            Self::VerifyEmail => "Verify my address",
            Self::VerifyPhone => "Verify my number",
            Self::MfaTotp | Self::MfaCode | Self::MfaRecoveryCode => "Continue",
            Self::AddTotp => "Add the app",
            Self::UpdateName => "Save name",
            Self::UpdateEmail => "Change e-mail",
            Self::UpdatePhone => "Save number",
            Self::UpdatePassword => "Change password",
            Self::SetPassword => "Set password",
            Self::Upgrade => "Keep my account",
            Self::Deactivate => "Deactivate my account",
        }
    }

    /// What its button says while it is on its way. For pages alone, too.
    pub fn busy(self) -> &'static str {
        match self {
            Self::SignIn | Self::Code | Self::Link => "Signing in…",
            Self::SignUp => "Creating account…",
            Self::MagicUrl | Self::Recover | Self::EmailOtp | Self::Phone => "Sending…",
            Self::VerifyEmail
            | Self::VerifyPhone
            | Self::MfaTotp
            | Self::MfaCode
            | Self::MfaRecoveryCode
            | Self::AddTotp => "Checking…",
            Self::Deactivate => "Deactivating…",
            _ => "Saving…",
        }
    }

    /// Where somebody can go on whom the form cannot help any more, and what the link there says.
    pub fn way_on(self, error: &AppError) -> Option<(&'static str, &'static str)> {
        match (error, self) {
            (AppError::LinkDead, Self::Link) => Some(("/signin/magic-url", "Send a new link")),
            (AppError::LinkDead, Self::ResetPassword) => Some(("/recover", "Send a new link")),
            (AppError::LinkDead, Self::VerifyEmail) => {
                Some(("/account", "Send a new link from your account"))
            }
            (AppError::MoreFactorsRequired | AppError::ChallengeRequired, _)
            | (AppError::NothingPending, Self::MfaCode) => Some(("/mfa", "Go on")),
            (AppError::ResetRequired, _) => Some(("/recover", "Set a new password")),
            (
                AppError::EmailTaken
                | AppError::CreatedNotSignedIn
                | AppError::SignedOut
                | AppError::NothingPending,
                _,
            ) => Some(("/signin", "Go to sign-in")),
            _ => None,
        }
    }

    /// Whether it changes the account of somebody who is signed in.
    pub fn is_for_signed_in(self) -> bool {
        self.path().starts_with("/account/")
    }

    /// Whether what it does cannot be undone.
    pub fn is_dangerous(self) -> bool {
        self == Self::Deactivate
    }

    /// What is wrong with what was typed, as far as it can be seen without asking.
    pub fn errors(self, typed: &Typed) -> Vec<FieldError> {
        let wrong = |field: &Field| {
            let value = typed.get(*field);
            let problem = match field.clean(value) {
                Err(problem) => Some(problem),
                Ok(cleaned) if cleaned.is_empty() && !self.is_optional(*field) => {
                    Some(Problem::Missing)
                }
                Ok(_) => None,
            };
            problem.map(|problem| FieldError {
                field: *field,
                problem,
            })
        };
        self.asked().iter().filter_map(wrong).collect()
    }
}

/// What stands in a form's fields.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed(Vec<(Field, String)>);

/// Which fields, and not what stands in them: it may be a password.
impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(field, _)| field))
            .finish()
    }
}

impl Typed {
    /// The value of a field; empty when there is none.
    pub fn get(&self, field: Field) -> &str {
        let found = self.0.iter().find(|(known, _)| *known == field);
        found.map_or("", |(_, value)| value)
    }

    /// The same with a value added.
    #[must_use]
    pub fn with(mut self, field: Field, value: impl Into<String>) -> Self {
        self.0.retain(|(known, _)| *known != field);
        self.0.push((field, value.into()));
        self
    }

    /// The same without some fields.
    #[must_use]
    pub fn without(mut self, fields: &[Field]) -> Self {
        self.0.retain(|(field, _)| !fields.contains(field));
        self
    }

    /// What may be shown again: everything but passwords and codes.
    #[must_use]
    pub fn without_secrets(mut self) -> Self {
        self.0.retain(|(field, _)| !field.is_secret());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_form_asks_for_a_field_twice() {
        for form in Form::ALL {
            let mut names: Vec<&str> = form.fields().map(Field::name).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{form:?}");
        }
    }

    #[test]
    fn no_two_forms_stand_on_one_page() {
        let mut paths: Vec<&str> = Form::ALL.into_iter().map(Form::path).collect();
        paths.sort_unstable();
        paths.dedup();
        assert_eq!(paths.len(), Form::ALL.len());
    }

    #[test]
    fn what_is_shown_again_holds_no_password() {
        let typed = Typed::default()
            .with(Field::Email, "a")
            .with(Field::Email, "ada@example.com")
            .with(Field::Password, "secret")
            .with(Field::NewPassword, "secret")
            .with(Field::Code, "123456")
            .without_secrets();
        assert_eq!(typed, Typed(vec![(Field::Email, "ada@example.com".into())]));
        assert_eq!(typed.get(Field::Password), "");
    }
}
