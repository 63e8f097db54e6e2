//! The account of the person who is signed in.

mod deactivate;
mod end_session;
mod get;
mod link_identity;
mod list_events;
mod list_identities;
mod list_sessions;
mod unlink_identity;
mod update_email;
mod update_name;
mod update_password;
mod update_phone;
mod update_preferences;
mod upgrade;
mod verify;

pub use deactivate::deactivate;
pub use end_session::{end_other_sessions, end_session};
pub use get::get_account;
pub use link_identity::link_identity;
pub use list_events::list_events;
pub use list_identities::list_identities;
pub use list_sessions::list_sessions;
pub use unlink_identity::unlink_identity;
pub use update_email::update_email;
pub use update_name::update_name;
pub use update_password::{set_password, update_password};
pub use update_phone::update_phone;
pub use update_preferences::update_preferences;
pub use upgrade::upgrade;
pub use verify::{send_email_verification, send_phone_verification, verify_phone};
