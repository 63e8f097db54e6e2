//! The account of the person who is signed in.

mod confirm;
mod deactivate;
mod end_session;
mod link_identity;
mod unlink_identity;
mod update_avatar_color;
mod update_email;
mod update_name;
mod update_password;
mod update_phone;
mod update_preferences;
mod upgrade_guest;
mod verify;

pub use confirm::{
    ConfirmWithCode, ConfirmWithPassword, SendConfirmationCode, confirm_with_code,
    confirm_with_password, send_confirmation_code,
};
pub use deactivate::{Deactivate, deactivate};
pub use end_session::{EndOtherSessions, EndSession, end_other_sessions, end_session};
pub use link_identity::{LinkIdentity, link_identity};
pub use unlink_identity::{UnlinkIdentity, unlink_identity};
pub use update_avatar_color::{UpdateAvatarColor, update_avatar_color};
pub use update_email::{UpdateEmail, update_email};
pub use update_name::{UpdateName, update_name};
pub use update_password::{SetPassword, UpdatePassword, set_password, update_password};
pub use update_phone::{UpdatePhone, update_phone};
pub use update_preferences::{UpdatePreferences, update_preferences};
pub use upgrade_guest::{UpgradeGuest, upgrade_guest};
pub use verify::{
    SendEmailVerification, SendPhoneVerification, VerifyPhone, send_email_verification,
    send_phone_verification, verify_phone,
};
