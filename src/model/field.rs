//! What can be wrong with a field of a form.

use serde::{Deserialize, Serialize};

/// A field that forms have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Field {
    /// The person's name.
    Name,
    /// The e-mail address.
    Email,
    /// The password.
    Password,
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
    /// Appwrite's rules for this project refuse it (too common, too weak).
    Refused,
    /// A password that holds the name, e-mail or phone of its owner.
    Personal,
}

/// A field together with what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// Where.
    pub field: Field,
    /// What.
    pub problem: Problem,
}

impl FieldError {
    /// The sentence shown beside the field.
    pub fn message(self) -> &'static str {
        match (self.field, self.problem) {
            (Field::Name, Problem::TooLong) => "The name can have at most 128 characters.",
            (Field::Name, _) => "This name is not accepted.",
            (Field::Email, Problem::Missing) => "Enter your e-mail address.",
            (Field::Email, _) => "Enter an e-mail address like name@example.com.",
            (Field::Password, Problem::Missing) => "Enter your password.",
            (Field::Password, Problem::TooLong) => "The password can have at most 256 characters.",
            (Field::Password, Problem::Refused) => {
                "This password is too common or too weak. Choose another one."
            }
            (Field::Password, Problem::Personal) => {
                "The password must not contain your name, e-mail or phone number."
            }
            (Field::Password, _) => "The password needs at least 8 characters.",
        }
    }
}
