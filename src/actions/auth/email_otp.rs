use leptos::prelude::*;

use crate::error::AppError;

/// Sends a code to sign in with, to an address that may have an account or not.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SwitchedOff`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/email-otp")]
pub async fn send_email_otp(
    email: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::{
        model::{Field, Form, Method, check, return_to},
        server::{
            appwrite::create_admin_client,
            flow::{self, Flow},
            limits::{self, Action},
            ways,
        },
    };

    ways::require(Method::EmailOtp)?;
    let [email] = check([(Field::Email, &email)])?;
    limits::attempt(Action::Send, Some(&email))?;
    let client = create_admin_client().await?;
    let token = client.account().create_email_token(&email).await;
    let token = token.map_err(|error| error.into_new_account_error())?;
    flow::keep(&Flow::Code {
        user_id: token.user_id,
        to: email,
        phrase: token.phrase,
        next: return_to(&next).to_owned(),
    })?;
    Ok(Form::Code.path().to_owned())
}
