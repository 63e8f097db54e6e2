//! Form fields, each with its label, hint and error. Labels, hints and limits are given where a
//! field is used.
//!
//! They're rendered on the server, as children of the form's island, so they add nothing to the
//! bundle. A field's `name` is the name of the server function's argument. It's also the `id` of
//! the input; with `-error` or `-hint` added, it's the `id` of the error or the hint. What was
//! typed and what was wrong with it come from the page's [`FormState`](super::FormState).

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
