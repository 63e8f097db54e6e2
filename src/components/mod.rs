//! Presentational pieces that pages and islands share. They know nothing of the server.

mod form_error;
mod initials;
mod moment;
mod submit_button;
mod text_field;

pub use form_error::FormError;
pub use initials::Initials;
pub use moment::Moment;
pub use submit_button::SubmitButton;
pub use text_field::TextField;
