//! The fields that forms have, what may stand in them, and what can be wrong with it.
//!
//! The browser checks with the same code before it sends, so that a mistake shows at once; the
//! server checks again, because it cannot know who is calling.

use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// A field that forms have. On the wire it is its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Field {
    /// The person's name.
    Name,
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
    /// The password that the account has.
    Password,
    /// The password that it is to have.
    NewPassword,
    /// A one-time code.
    Code,
    /// One of the codes kept for the day when no other factor is at hand.
    RecoveryCode,
    /// What is typed to show that something is meant.
    Confirmation,
    /// Where to go afterwards; in the address.
    Next,
    /// Whose link it is; in the address, under Appwrite's name for it.
    UserId,
    /// The secret of a link; in the address, under Appwrite's name for it.
    Secret,
}

/// Why a field was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Nothing was typed.
    Missing,
    /// Fewer than Appwrite's least.
    TooShort,
    /// More than Appwrite's most.
    TooLong,
    /// Not the form it must have.
    Malformed,
    /// Not the one that it must be.
    Wrong,
    /// Somebody else's already.
    Taken,
    /// Appwrite's rules for this project refuse it (too common, too weak).
    Refused,
    /// A password that holds the name, e-mail or phone of its owner.
    Personal,
    /// A password that the account had before.
    UsedBefore,
}

/// A field together with what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Where.
    pub field: Field,
    /// What.
    pub problem: Problem,
}

/// Appwrite's bounds for a password. It counts bytes.
const PASSWORD_BYTES: std::ops::RangeInclusive<usize> = 8..=256;
/// Appwrite's bound for a name. It counts characters.
const NAME_CHARS: usize = 128;
/// The longest address that mail can be sent to (RFC 5321).
const EMAIL_BYTES: usize = 254;
/// What is typed before an account is given up.
pub const CONFIRMATION: &str = "deactivate";

impl From<Field> for &'static str {
    fn from(field: Field) -> Self {
        field.name()
    }
}

impl TryFrom<String> for Field {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let found = Self::ALL.into_iter().find(|field| field.name() == name);
        found.ok_or("no field")
    }
}

impl Field {
    const ALL: [Self; 11] = [
        Self::Name,
        Self::Email,
        Self::Phone,
        Self::Password,
        Self::NewPassword,
        Self::Code,
        Self::RecoveryCode,
        Self::Confirmation,
        Self::Next,
        Self::UserId,
        Self::Secret,
    ];

    /// The name of its input, and the input's id.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Password => "password",
            Self::NewPassword => "new-password",
            Self::Code => "code",
            Self::RecoveryCode => "recovery-code",
            Self::Confirmation => "confirmation",
            Self::Next => "next",
            Self::UserId => "userId",
            Self::Secret => "secret",
        }
    }

    /// Whether what was typed is forgotten when the form is shown again.
    pub fn is_secret(self) -> bool {
        matches!(
            self,
            Self::Password | Self::NewPassword | Self::Code | Self::RecoveryCode
        )
    }

    /// Cleans what was typed (trimmed, lower-cased where case means nothing) and looks at its form.
    ///
    /// It refuses only what Appwrite certainly refuses too.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn clean(self, typed: &str) -> Result<String, Problem> {
        match self {
            Self::Name => name(typed),
            Self::Email => email(typed),
            Self::Phone => phone(typed),
            // One that is too short to be anybody's is simply a wrong one.
            Self::Password if typed.is_empty() => Err(Problem::Missing),
            Self::NewPassword => new_password(typed),
            Self::Code | Self::RecoveryCode => code(typed),
            Self::UserId | Self::Secret if typed.is_empty() => Err(Problem::Missing),
            Self::Confirmation if !typed.trim().eq_ignore_ascii_case(CONFIRMATION) => {
                Err(Problem::Wrong)
            }
            _ => Ok(typed.to_owned()),
        }
    }
}

/// Cleans the values of a form's fields.
///
/// # Errors
///
/// [`AppError::Invalid`] with every field that is wrong, in the order given.
pub fn check<const N: usize>(typed: [(Field, &str); N]) -> Result<[String; N], AppError> {
    let mut errors = Vec::new();
    let cleaned = typed.map(|(field, value)| {
        field.clean(value).unwrap_or_else(|problem| {
            errors.push(FieldError { field, problem });
            String::new()
        })
    });
    if errors.is_empty() {
        Ok(cleaned)
    } else {
        Err(AppError::Invalid(errors))
    }
}

/// Whether a password of this length can exist at all.
pub fn password_is_possible(password: &str) -> bool {
    PASSWORD_BYTES.contains(&password.len())
}

fn name(typed: &str) -> Result<String, Problem> {
    let name = typed.trim();
    if name.chars().count() > NAME_CHARS {
        return Err(Problem::TooLong);
    }
    Ok(name.to_owned())
}

fn new_password(typed: &str) -> Result<String, Problem> {
    match typed.len() {
        0 => Err(Problem::Missing),
        length if length < *PASSWORD_BYTES.start() => Err(Problem::TooShort),
        length if length > *PASSWORD_BYTES.end() => Err(Problem::TooLong),
        _ => Ok(typed.to_owned()),
    }
}

/// Whether an address exists, mail alone can tell.
fn email(typed: &str) -> Result<String, Problem> {
    let email = typed.trim();
    if email.is_empty() {
        return Err(Problem::Missing);
    }
    let (local, domain) = email.rsplit_once('@').ok_or(Problem::Malformed)?;
    let well_formed = email.len() <= EMAIL_BYTES
        && email.bytes().all(|byte| byte.is_ascii_graphic())
        && !local.is_empty()
        && local.len() <= 64
        && !local.contains('@')
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    if well_formed {
        Ok(email.to_ascii_lowercase())
    } else {
        Err(Problem::Malformed)
    }
}

/// `+` and 7 to 15 digits (E.164). Spaces, dots, hyphens and brackets are how people group them.
fn phone(typed: &str) -> Result<String, Problem> {
    let phone: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && !".-()/".contains(*letter))
        .collect();
    if phone.is_empty() {
        return Err(Problem::Missing);
    }
    let phone = match phone.strip_prefix("00") {
        Some(digits) => format!("+{digits}"),
        None => phone,
    };
    let digits = phone.strip_prefix('+').ok_or(Problem::Malformed)?;
    let well_formed = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    if well_formed {
        Ok(phone)
    } else {
        Err(Problem::Malformed)
    }
}

/// Six digits, or a recovery code; grouped as people group them.
fn code(typed: &str) -> Result<String, Problem> {
    let code: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .collect();
    match code.len() {
        0 => Err(Problem::Missing),
        1..=64 if code.bytes().all(|byte| byte.is_ascii_alphanumeric()) => Ok(code),
        _ => Err(Problem::Malformed),
    }
}

impl FieldError {
    /// The sentence shown beside the field.
    pub fn message(self) -> &'static str {
        match (self.field, self.problem) {
            (Field::Name, Problem::Missing) => "Enter a name.",
            (Field::Name, Problem::TooLong) => "The name can have at most 128 characters.",
            (Field::Email, Problem::Missing) => "Enter your e-mail address.",
            (Field::Email, Problem::Refused) => {
                "This site does not accept addresses of this kind. Use another one."
            }
            (Field::Email, Problem::Taken) => "This address belongs to an account already.",
            (Field::Email, _) => "Enter an e-mail address like name@example.com.",
            (Field::Phone, Problem::Missing) => "Enter your phone number.",
            (Field::Phone, Problem::Taken) => "This number belongs to an account already.",
            (Field::Phone, _) => "Enter a number with its country code, like +1 555 010 0199.",
            (Field::Password, Problem::Missing) => "Enter your password.",
            (Field::Password, _) => "This is not your password.",
            (Field::NewPassword, Problem::Missing) => "Choose a password.",
            (Field::NewPassword, Problem::TooLong) => {
                "The password can have at most 256 characters."
            }
            (Field::NewPassword, Problem::Refused) => {
                "This password is too common or too weak. Choose another one."
            }
            (Field::NewPassword, Problem::Personal) => {
                "The password must not contain your name, e-mail or phone number."
            }
            (Field::NewPassword, Problem::UsedBefore) => {
                "You had this password before. Choose another one."
            }
            (Field::NewPassword, _) => "The password needs at least 8 characters.",
            (Field::Code | Field::RecoveryCode, Problem::Missing) => "Enter the code.",
            (Field::Code | Field::RecoveryCode, _) => "This code is wrong, used or too old.",
            (Field::Confirmation, _) => "Type the word deactivate.",
            _ => "This is not accepted.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems<const N: usize>(typed: [(Field, &str); N]) -> Vec<(Field, Problem)> {
        let errors = match check(typed) {
            Err(AppError::Invalid(errors)) => errors,
            _ => Vec::new(),
        };
        errors
            .iter()
            .map(|error| (error.field, error.problem))
            .collect()
    }

    #[test]
    fn what_people_type_is_cleaned() {
        for (field, typed, cleaned) in [
            (Field::Email, "  Ada@Example.COM ", "ada@example.com"),
            (Field::Name, " Ada ", "Ada"),
            (Field::Phone, "+1 (555) 010-0199", "+15550100199"),
            (Field::Phone, "0049 171 555.0199", "+491715550199"),
            (Field::Code, " 123 456 ", "123456"),
            (Field::Code, "0a1b2-c3d4e", "0a1b2c3d4e"),
            (Field::Password, " as it is ", " as it is "),
            (Field::Confirmation, " Deactivate", " Deactivate"),
        ] {
            assert_eq!(field.clean(typed).as_deref(), Ok(cleaned), "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_email_is_refused() {
        for typed in [
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "ada@@example.com",
            "ada@exa mple.com",
            "ada@-example.com",
            "ada@example..com",
            "ada\n@example.com",
            "ädä@example.com",
            &format!("{}@example.com", "a".repeat(65)),
        ] {
            assert_eq!(
                Field::Email.clean(typed),
                Err(Problem::Malformed),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn what_is_no_phone_number_is_refused() {
        for typed in [
            "15550100199",
            "+123456",
            "+1234567890123456",
            "+0123456789",
            "+1555x100199",
        ] {
            assert_eq!(
                Field::Phone.clean(typed),
                Err(Problem::Malformed),
                "{typed:?}"
            );
        }
        assert_eq!(Field::Phone.clean(" - "), Err(Problem::Missing));
    }

    #[test]
    fn the_bounds_of_a_password_are_appwrites() {
        for (length, expected) in [
            (0, Some(Problem::Missing)),
            (7, Some(Problem::TooShort)),
            (8, None),
            (256, None),
            (257, Some(Problem::TooLong)),
        ] {
            let password = "x".repeat(length);
            let found = Field::NewPassword.clean(&password).err();
            assert_eq!(found, expected, "{length} bytes");
        }
    }

    #[test]
    fn every_wrong_field_is_named_in_the_order_of_the_form() {
        assert_eq!(
            problems([
                (Field::Name, &"n".repeat(129)),
                (Field::Email, ""),
                (Field::NewPassword, "short"),
            ]),
            [
                (Field::Name, Problem::TooLong),
                (Field::Email, Problem::Missing),
                (Field::NewPassword, Problem::TooShort)
            ]
        );
    }
}
