//! Ways in, and the way out.

mod anonymous;
mod email_otp;
mod magic_url;
mod oauth2;
mod phone_otp;
mod recover;
mod sign_in;
mod sign_out;
mod sign_up;
mod use_code;
mod use_link;
mod verify_email;

pub use anonymous::sign_in_anonymously;
pub use email_otp::send_email_otp;
pub use magic_url::send_magic_url;
pub use oauth2::{begin_oauth2, finish_oauth2};
pub use phone_otp::send_phone_otp;
pub use recover::{recover, reset_password};
pub use sign_in::sign_in;
pub use sign_out::{sign_out, sign_out_everywhere};
pub use sign_up::sign_up;
pub use use_code::use_code;
pub use use_link::use_link;
pub use verify_email::verify_email;
