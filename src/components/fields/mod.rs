//! The fields of forms: each with its label, hint and error, its own words and bounds given where
//! it is used.
//!
//! They are rendered on the server, as children of the form's island, so they cost the bundle
//! nothing. A field's `name` is the name of the server function's argument; it is also the `id` of
//! its input, and with `-error` and `-hint` of what belongs to it. What was typed and what was
//! wrong with it comes from the page's [`FormState`](super::FormState).

mod checkbox;
mod choices;
mod code;
mod file;
mod frame;
mod multiline;
mod password;
mod select;
mod text;

pub use checkbox::CheckboxField;
pub use choices::{Choice, ChoiceField};
pub use code::CodeField;
pub use file::FileField;
pub use multiline::MultilineField;
pub use password::PasswordField;
pub use select::SelectField;
pub use text::{EmailField, PhoneField, TextField};
