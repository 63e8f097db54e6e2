//! What can be wrong with a field.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Why a value wasn't accepted. Each has one sentence, shown next to its field.
///
/// The first few fit any field of any form. The others are for values that deserve a sentence of
/// their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    /// Nothing was typed or chosen.
    Missing,
    /// Fewer characters than this.
    TooShort(u32),
    /// More characters than this.
    TooLong(u32),
    /// Not in the form it must have, or none of the choices.
    Malformed,

    /// No name.
    NameMissing,
    /// A name with a web address in it.
    NameHasLink,
    /// No email address.
    EmailMissing,
    /// Not an email address.
    EmailMalformed,
    /// Appwrite doesn't accept addresses of this kind (disposable, free …) in this project.
    EmailRefused,
    /// Another account has the address.
    EmailTaken,
    /// The account has this address already.
    EmailUnchanged,
    /// No phone number.
    PhoneMissing,
    /// Not a phone number in international form.
    PhoneMalformed,
    /// Another account has the number.
    PhoneTaken,
    /// The account has this number already.
    PhoneUnchanged,
    /// No password, where the current one is required.
    PasswordMissing,
    /// Not the account's password.
    PasswordWrong,
    /// No password, where a new one is required.
    NewPasswordMissing,
    /// A new password of more bytes than Appwrite accepts, though perhaps of fewer characters.
    NewPasswordTooLong,
    /// Appwrite's rules for this project refuse it (too common, too weak).
    PasswordRefused,
    /// A password that contains its owner's name, email or phone number.
    PasswordPersonal,
    /// A password that the account had before.
    PasswordUsedBefore,
    /// No code.
    CodeMissing,
    /// A code that is wrong, used or too old.
    CodeWrong,
    /// The same, for a code from an authenticator app, which goes by its device's clock.
    AppCodeWrong,
    /// A code that the authenticator app shows at another time.
    ClockWrong,
    /// The word that confirms what can't be undone wasn't typed.
    NotConfirmed,
}

impl Problem {
    /// The sentence people read.
    pub fn message(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Missing => "Fill this in.",
            Self::TooShort(count) => return characters("Use at least ", count),
            Self::TooLong(count) => return characters("Use at most ", count),
            Self::Malformed => "This isn't valid.",
            Self::NameMissing => "Enter your name.",
            Self::NameHasLink => "A name can't have a web address in it.",
            Self::EmailMissing => "Enter your email address.",
            Self::EmailMalformed => "Enter an email address like name@example.com.",
            Self::EmailRefused => {
                "This site doesn't accept addresses of this kind. Use another one."
            }
            Self::EmailTaken => "Another account already uses this address.",
            Self::EmailUnchanged => "This is your address already.",
            Self::PhoneMissing => "Enter your phone number.",
            Self::PhoneMalformed => "Enter a number with its country code, like +1 555 010 0199.",
            Self::PhoneTaken => "Another account already uses this number.",
            Self::PhoneUnchanged => "This is your number already.",
            Self::PasswordMissing => "Enter your password.",
            Self::PasswordWrong => "Incorrect password.",
            Self::NewPasswordMissing => "Choose a password.",
            Self::NewPasswordTooLong => {
                "Use at most 256 characters. Letters other than A to Z, and emoji, count as 2 to 4."
            }
            Self::PasswordRefused => "This password is too common or too weak. Choose another one.",
            Self::PasswordPersonal => {
                "Don't use your name, email or phone number in your password."
            }
            Self::PasswordUsedBefore => "You've used this password before. Choose another one.",
            Self::CodeMissing => "Enter the code.",
            Self::CodeWrong => "That code is incorrect or has expired.",
            Self::AppCodeWrong => {
                "That code is incorrect or has expired. If it looks right, check your phone's clock."
            }
            Self::ClockWrong => {
                "That code is for another time. Set your phone's clock, then enter a new code."
            }
            Self::NotConfirmed => "Type \"deactivate\" to confirm.",
        })
    }
}

/// Plain additions take less room in the bundle than formatting.
fn characters(start: &str, count: u32) -> Cow<'static, str> {
    let mut message = String::from(start);
    message += &count.to_string();
    message += " characters.";
    Cow::Owned(message)
}

/// A field, given by the name of its input, and what's wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The input's `name`, which is also the name of the server function's argument.
    pub field: Cow<'static, str>,
    /// What's wrong with its value.
    pub problem: Problem,
}

#[cfg(test)]
mod tests {
    use super::Problem;

    #[test]
    fn bounds_stand_in_the_sentence() {
        let message = Problem::TooLong(128).message();
        assert_eq!(message, "Use at most 128 characters.");
    }
}
