use std::fmt;

use super::{Value, reads_as_text};
use crate::model::problem::Problem;

/// An account's current password, as somebody typed it.
pub struct CurrentPassword(String);

/// A new password for an account.
#[derive(Clone)]
pub struct NewPassword(String);

reads_as_text!(CurrentPassword);
reads_as_text!(NewPassword);

impl NewPassword {
    /// The fewest characters Appwrite accepts. It counts bytes.
    pub const MIN: usize = 8;
    /// The most characters Appwrite accepts. It counts bytes.
    pub const MAX: usize = 256;
}

impl CurrentPassword {
    /// Whether any account can have this password. If it's too short or too long, it's wrong, and
    /// we don't have to ask Appwrite.
    pub fn can_exist(&self) -> bool {
        (NewPassword::MIN..=NewPassword::MAX).contains(&self.0.len())
    }
}

impl Value for CurrentPassword {
    fn parse(typed: &str) -> Result<Self, Problem> {
        if typed.is_empty() {
            return Err(Problem::PasswordMissing);
        }
        Ok(Self(typed.to_owned()))
    }
}

impl Value for NewPassword {
    fn parse(typed: &str) -> Result<Self, Problem> {
        match typed.len() {
            0 => Err(Problem::NewPasswordMissing),
            length if length < Self::MIN => Err(Problem::TooShort(Self::MIN as u32)),
            // Somebody who counts characters would not see why.
            length if length > Self::MAX && !typed.is_ascii() => Err(Problem::NewPasswordTooLong),
            length if length > Self::MAX => Err(Problem::TooLong(Self::MAX as u32)),
            _ => Ok(Self(typed.to_owned())),
        }
    }
}

impl fmt::Debug for CurrentPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CurrentPassword(hidden)")
    }
}

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_password_has_the_bounds_of_appwrite() {
        for (length, expected) in [
            (0, Some(Problem::NewPasswordMissing)),
            (7, Some(Problem::TooShort(8))),
            (8, None),
            (256, None),
            (257, Some(Problem::TooLong(256))),
        ] {
            let password = "x".repeat(length);
            let found = NewPassword::parse(&password).err();
            assert_eq!(found, expected, "{length} bytes");
        }
    }

    #[test]
    fn a_password_of_few_characters_and_many_bytes_is_told_why_it_is_too_long() {
        assert!(NewPassword::parse(&"ä".repeat(128)).is_ok());
        let problem = NewPassword::parse(&"ä".repeat(129)).err().unwrap();
        assert_eq!(problem, Problem::NewPasswordTooLong);
        let message = problem.message();
        assert!(message.contains(&NewPassword::MAX.to_string()), "{message}");
    }

    #[test]
    fn a_password_is_taken_as_typed() {
        let password = CurrentPassword::parse(" as typed ").unwrap();
        assert_eq!(&*password, " as typed ");
        assert!(!CurrentPassword::parse("short").unwrap().can_exist());
    }

    #[test]
    fn debug_hides_passwords() {
        let current = CurrentPassword::parse("password-1").unwrap();
        let new = NewPassword::parse("password-1").unwrap();
        assert!(!format!("{current:?} {new:?}").contains("password-1"));
    }
}
