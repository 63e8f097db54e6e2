//! What the sign-up and sign-in forms take, and the rules it must keep.
//!
//! The browser checks with the same code before it sends, so that a mistake shows at once; the
//! server checks again, because it cannot know who is calling.

use serde::{Deserialize, Serialize};

use super::{Field, FieldError, Problem};

/// Appwrite's bounds for a password. It counts bytes.
const PASSWORD_BYTES: std::ops::RangeInclusive<usize> = 8..=256;
/// Appwrite's bound for a name. It counts characters.
const NAME_CHARS: usize = 128;
/// The longest address that mail can be sent to (RFC 5321).
const EMAIL_BYTES: usize = 254;

/// What a form keeps of what was typed when it is shown again: everything but the password.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    /// As typed.
    pub name: String,
    /// As typed.
    pub email: String,
    /// Where to go afterwards; empty for the account page.
    pub next: String,
}

/// Credentials that have the right form: the e-mail trimmed and lower-cased, the password as it is.
pub struct Credentials {
    /// Trimmed and lower-cased.
    pub email: String,
    /// Not empty.
    pub password: String,
}

impl Credentials {
    /// Checks what was typed on the sign-in form.
    ///
    /// A password that is too short or too long to be anybody's is let through here: it is simply a
    /// wrong one, and reads the same.
    pub fn check(email: &str, password: String) -> Result<Self, Vec<FieldError>> {
        let email = check_email(email);
        let missing = password.is_empty().then_some(FieldError {
            field: Field::Password,
            problem: Problem::Missing,
        });
        match (email, missing) {
            (Ok(email), None) => Ok(Self { email, password }),
            (email, missing) => Err(email.err().into_iter().chain(missing).collect()),
        }
    }

    /// Whether a password of this length can exist at all.
    pub fn password_is_possible(&self) -> bool {
        PASSWORD_BYTES.contains(&self.password.len())
    }
}

/// An account that may be asked for.
pub struct NewAccount {
    /// Trimmed; empty when none was given.
    pub name: String,
    /// Trimmed and lower-cased.
    pub email: String,
    /// 8 to 256 bytes.
    pub password: String,
}

impl NewAccount {
    /// Checks what was typed on the sign-up form; errors come in the order of its fields.
    pub fn check(name: &str, email: &str, password: String) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = name.trim();
        if name.chars().count() > NAME_CHARS {
            errors.push(FieldError {
                field: Field::Name,
                problem: Problem::TooLong,
            });
        }
        let email = check_email(email).unwrap_or_else(|error| {
            errors.push(error);
            String::new()
        });
        let problem = match password.len() {
            0 => Some(Problem::Missing),
            length if length < *PASSWORD_BYTES.start() => Some(Problem::TooShort),
            length if length > *PASSWORD_BYTES.end() => Some(Problem::TooLong),
            _ => None,
        };
        errors.extend(problem.map(|problem| FieldError {
            field: Field::Password,
            problem,
        }));
        if errors.is_empty() {
            Ok(Self {
                name: name.to_owned(),
                email,
                password,
            })
        } else {
            Err(errors)
        }
    }
}

/// Trims and lower-cases an address and looks at its form.
///
/// It refuses only what Appwrite certainly refuses too; whether an address exists, mail alone can
/// tell.
fn check_email(typed: &str) -> Result<String, FieldError> {
    let error = |problem| FieldError {
        field: Field::Email,
        problem,
    };
    let email = typed.trim();
    if email.is_empty() {
        return Err(error(Problem::Missing));
    }
    let (local, domain) = email
        .rsplit_once('@')
        .ok_or_else(|| error(Problem::Malformed))?;
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
        Err(error(Problem::Malformed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(result: Result<NewAccount, Vec<FieldError>>) -> Vec<(Field, Problem)> {
        result
            .err()
            .unwrap_or_default()
            .iter()
            .map(|error| (error.field, error.problem))
            .collect()
    }

    #[test]
    fn an_email_is_trimmed_and_lower_cased() {
        let checked = Credentials::check("  Ada@Example.COM ", "x".into()).ok();
        assert_eq!(
            checked.map(|credentials| credentials.email).as_deref(),
            Some("ada@example.com")
        );
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
            let errors = Credentials::check(typed, "password".into()).err();
            assert_eq!(
                errors,
                Some(vec![FieldError {
                    field: Field::Email,
                    problem: Problem::Malformed
                }]),
                "{typed:?}"
            );
        }
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
            let checked = NewAccount::check("", "ada@example.com", "x".repeat(length));
            assert_eq!(
                problems(checked),
                expected
                    .map(|problem| (Field::Password, problem))
                    .into_iter()
                    .collect::<Vec<_>>(),
                "{length} bytes"
            );
        }
    }

    #[test]
    fn every_wrong_field_is_named_in_the_order_of_the_form() {
        let checked = NewAccount::check(&"n".repeat(129), "", "short".into());
        assert_eq!(
            problems(checked),
            [
                (Field::Name, Problem::TooLong),
                (Field::Email, Problem::Missing),
                (Field::Password, Problem::TooShort)
            ]
        );
    }
}
