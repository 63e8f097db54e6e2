//! The values that people type, each with a type that only holds acceptable ones.
//!
//! The rules for a value are here and nowhere else. The browser checks before it sends, so mistakes
//! show at once. The server function always checks again, because anybody can call it. A value is
//! only refused here if Appwrite is sure to refuse it too, or if nobody could see it.

mod code;
mod confirmation;
mod display_name;
mod email;
mod password;
mod phone;
mod typed;

pub use code::Code;
pub use confirmation::Confirmation;
pub use display_name::DisplayName;
pub use email::Email;
pub use password::{CurrentPassword, NewPassword};
pub use phone::Phone;
pub use typed::visible;

use super::problem::Problem;

/// A value that can be read from what somebody typed.
pub trait Value: Sized {
    /// Cleans what was typed (trimmed, lower-cased where case means nothing) and checks its form.
    ///
    /// # Errors
    ///
    /// What's wrong with it.
    fn parse(typed: &str) -> Result<Self, Problem>;
}

/// Implements what all values share: they can be read as text.
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
pub(super) use reads_as_text;

/// A value that may be left empty.
impl<V: Value> Value for Option<V> {
    fn parse(typed: &str) -> Result<Self, Problem> {
        if visible(typed).is_empty() {
            return Ok(None);
        }
        V::parse(typed).map(Some)
    }
}
