//! Plain types that the server and the browser both see, and the values that people type. None of
//! them can hold a session or a key.

mod account;
mod event;
mod factors;
mod flash;
mod form_key;
mod goto;
pub mod note;
mod preferences;
mod problem;
mod provider_page;
mod session;
mod shown_to;
mod sign_in_methods;
mod values;

pub use account::{Account, EMAIL_CHANGED_UNKNOWN, Identity};
pub use event::Event;
pub use factors::{Factor, Factors};
pub use flash::Flash;
pub use form_key::FormKey;
pub use goto::{Goto, LONGEST_NEXT, return_to};
pub use preferences::{AvatarColor, Locale, Preferences, Theme};
pub use problem::{FieldError, Problem};
pub use provider_page::ProviderPage;
pub use session::Session;
pub use shown_to::ShownTo;
pub use sign_in_methods::{SignInMethod, SignInMethods, provider_name};
pub use values::{
    Code, Confirmation, CurrentPassword, DisplayName, Email, NewPassword, Phone, Value, visible,
};
