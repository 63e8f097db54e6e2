//! Presentational pieces, which islands may use too. They know nothing of the server.

mod form_error;
mod icon;
mod initials;
mod message;
mod moment;
mod press;
mod text_field;
mod wait;

pub use form_error::FormError;
pub use icon::{Drawing, Icon, ProviderDrawing};
pub use initials::Initials;
pub use message::Message;
pub use moment::Moment;
pub use press::Press;
pub use text_field::TextField;
pub use wait::Wait;
