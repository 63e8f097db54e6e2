//! The key by which the server knows a form that is sent twice.

use std::{fmt, num::ParseIntError, str::FromStr};

/// A random key that all forms of one shown page send along, in a hidden field. The same form with
/// the same key is the same press of a button.
///
/// Whoever knows it can have the form's answer repeated, so it has to be unguessable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FormKey(u128);

impl FormKey {
    /// The name of the hidden field.
    pub const FIELD: &'static str = "once";

    /// The key that is this random number.
    pub fn new(random: u128) -> Self {
        Self(random)
    }
}

impl fmt::Display for FormKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for FormKey {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        u128::from_str_radix(text, 16).map(Self)
    }
}
