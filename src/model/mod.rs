//! Plain types that the server and the browser both see. None of them can hold a secret.

mod account;
mod credentials;
mod field;
mod notice;
mod return_to;
mod session;

pub use account::Account;
pub use credentials::{Credentials, NewAccount, Typed};
pub use field::{Field, FieldError, Problem};
pub use notice::Notice;
pub use return_to::return_to;
pub use session::Session;
