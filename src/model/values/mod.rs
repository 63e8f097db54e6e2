//! The values that people type, each a type that holds only what is acceptable.
//!
//! What may stand in a value is stated here and nowhere else. The browser looks before it sends, so
//! that a mistake shows at once. The server function always looks again, because it can't know who
//! is calling. Each refuses only what Appwrite certainly refuses too.

mod code;
mod confirmation;
mod display_name;
mod email;
mod password;
mod phone;

pub use code::Code;
pub use confirmation::Confirmation;
pub use display_name::DisplayName;
pub use email::Email;
pub use password::{CurrentPassword, NewPassword};
pub use phone::Phone;

use super::problem::Problem;

/// A value that can be read from what somebody typed.
pub trait Value: Sized {
    /// Cleans what was typed (trimmed, lower-cased where case means nothing) and checks its form.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    fn parse(typed: &str) -> Result<Self, Problem>;
}

/// Implements what all values share: they are read as text.
macro_rules! reads_as_text {
    ($value:ty) => {
        impl std::ops::Deref for $value {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }
    };
}
use reads_as_text;

/// A value that may be left empty.
impl<V: Value> Value for Option<V> {
    fn parse(typed: &str) -> Result<Self, Problem> {
        if typed.trim().is_empty() {
            return Ok(None);
        }
        V::parse(typed).map(Some)
    }
}
