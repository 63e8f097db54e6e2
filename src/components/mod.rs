//! Presentational pieces, which islands may use too. They know nothing about the server.

mod countdown;
mod date;
pub mod fields;
mod flash_message;
mod form_error;
mod form_state;
mod icon;
mod initials;
mod page_fields;
mod post_button;
mod submit_button;

pub use countdown::Countdown;
pub use date::Date;
pub use fields::{
    CheckboxField, Choice, ChoiceField, CodeField, EmailField, FileField, MultilineField,
    NameField, PasswordField, PhoneField, SelectField, StartField, TextField, UsernameField,
};
pub use flash_message::FlashMessage;
pub use form_error::FormError;
pub use form_state::FormState;
pub use icon::{Drawing, Icon, ProviderMark};
pub use initials::Initials;
pub use page_fields::{PageFields, ShownToField};
pub use post_button::PostButton;
pub use submit_button::SubmitButton;
