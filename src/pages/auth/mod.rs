//! The pages for signing in, signing up and signing out.

pub mod code;
mod email_link;
pub mod email_otp;
pub mod link;
pub mod link_sent;
pub mod magic_url;
pub mod oauth2;
mod other_methods;
pub mod phone_otp;

pub mod recovery;
pub mod recovery_sent;
pub mod reset_password;
mod security_phrase;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;
pub mod verify_email;

pub use security_phrase::SecurityPhrase;
