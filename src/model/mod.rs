//! Plain types that the server and the browser both see. None of them can hold a session or a key;
//! what was typed into a form, passwords too, is in [`Typed`], which shows nothing of it.

mod account;
mod event;
mod factors;
mod field;
mod form;
mod notice;
mod return_to;
mod session;
mod ways;

pub use account::{Account, Identity, Locale, Preferences, Theme};
pub use event::Event;
pub use factors::{Factor, Factors};
pub use field::{CONFIRMATION, Field, FieldError, Problem, check, password_is_possible};
pub use form::{Form, Input, Typed};
pub use notice::{Notice, Told};
pub use return_to::return_to;
pub use session::Session;
pub use ways::{Method, Ways, provider_name};
