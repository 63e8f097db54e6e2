//! Signing in, signing up and signing out.

mod anonymous;
mod email_otp;
mod magic_url;
mod oauth2;
mod phone_otp;
mod recovery;
mod sign_in;
mod sign_in_with_code;
mod sign_in_with_link;
mod sign_out;
mod sign_up;
mod verify_email;

pub use anonymous::{SignInAnonymously, sign_in_anonymously};
pub use email_otp::{SendEmailOtp, send_email_otp};
pub use magic_url::{SendMagicUrl, send_magic_url};
pub use oauth2::{BeginOauth2, begin_oauth2};
pub use phone_otp::{SendPhoneOtp, send_phone_otp};
pub use recovery::{ResetPassword, SendRecovery, reset_password, send_recovery};
pub use sign_in::{SignIn, sign_in};
pub use sign_in_with_code::{SignInWithCode, sign_in_with_code};
pub use sign_in_with_link::{SignInWithLink, sign_in_with_link};
pub use sign_out::{SignOut, SignOutEverywhere, sign_out, sign_out_everywhere};
pub use sign_up::{SignUp, sign_up};
pub use verify_email::{VerifyEmail, verify_email};
