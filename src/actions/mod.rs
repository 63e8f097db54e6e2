//! What people can do: the `#[server]` functions, one verb a file.
//!
//! Each runs on the server, whether a page calls it there or an island from the browser. It checks
//! what it was given, builds the Appwrite client it needs, and answers with an `AppError` that says
//! no more than the browser may know. Those behind a form answer with the path to go to.

pub mod account;
pub mod auth;
pub mod mfa;

use leptos::{prelude::*, server_fn::codec::Json};

use crate::{
    error::AppError,
    model::{Form, Typed},
};

/// Does what a form is for, and returns the path to go to.
///
/// The one function that the islands call: it leads to the function of the verb, so that the bundle
/// holds one call and not one for each form. A handler of a form that a browser posts by itself
/// calls it as well.
///
/// # Errors
///
/// Those of the form's server function.
#[server(prefix = "/api", endpoint = "form", input = Json)]
pub async fn submit(
    /// Which one.
    form: Form,
    /// What stands in it.
    typed: Typed,
) -> Result<String, AppError> {
    use crate::model::Field;

    let given = |field| typed.get(field).to_owned();
    let (name, email, phone) = (Field::Name, Field::Email, Field::Phone);
    let (password, new_password) = (Field::Password, Field::NewPassword);
    let (code, next) = (Field::Code, Field::Next);
    let (user_id, secret) = (Field::UserId, Field::Secret);
    match form {
        Form::SignIn => auth::sign_in(given(email), given(password), given(next)).await,
        Form::SignUp => {
            auth::sign_up(given(name), given(email), given(new_password), given(next)).await
        }
        Form::MagicUrl => auth::send_magic_url(given(email), given(next)).await,
        Form::EmailOtp => auth::send_email_otp(given(email), given(next)).await,
        Form::Phone => auth::send_phone_otp(given(phone), given(next)).await,
        Form::Code => auth::use_code(given(code)).await,
        Form::Link => auth::use_link(given(user_id), given(secret), given(next)).await,
        Form::Recover => auth::recover(given(email)).await,
        Form::ResetPassword => {
            auth::reset_password(given(user_id), given(secret), given(new_password)).await
        }
        Form::VerifyEmail => auth::verify_email(given(user_id), given(secret)).await,
        Form::VerifyPhone => account::verify_phone(given(code)).await,
        Form::MfaTotp => mfa::answer_totp(given(code), given(next)).await,
        Form::MfaCode => mfa::answer_sent_code(given(code)).await,
        Form::MfaRecoveryCode => {
            mfa::answer_recovery_code(given(Field::RecoveryCode), given(next)).await
        }
        Form::AddTotp => mfa::add_totp(given(code)).await,
        Form::UpdateName => account::update_name(given(name)).await,
        Form::UpdateEmail => account::update_email(given(email), given(password)).await,
        Form::UpdatePhone => account::update_phone(given(phone), given(password)).await,
        Form::UpdatePassword => {
            account::update_password(given(password), given(new_password)).await
        }
        Form::SetPassword => account::set_password(given(new_password)).await,
        Form::Upgrade => account::upgrade(given(name), given(email), given(new_password)).await,
        Form::Deactivate => account::deactivate(given(Field::Confirmation)).await,
    }
}
