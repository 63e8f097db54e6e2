//! `/account` and the pages below it.

pub mod activity;
mod card_result;
mod change;
pub mod confirm;
pub mod confirm_code;
pub mod deactivate;
pub mod email;
pub mod identities;
mod layout;
pub mod name;
pub mod password;
pub mod phone;
pub mod preferences;
pub mod profile;
mod row;
pub mod security;
pub mod sessions;
pub mod set_password;
pub mod upgrade;
pub mod verify_phone;
