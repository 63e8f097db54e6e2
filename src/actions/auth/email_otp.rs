use leptos::prelude::*;

use crate::error::AppError;

/// Sends a code to sign in with, to an address that may have an account or not. The answer is the
/// same for one that gets no mail.
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
            auth::{
                decoy,
                flow::{self, Flow},
                limits::{self, Action},
                methods,
            },
        },
    };

    methods::require(Method::EmailOtp)?;
    let [email] = check([(Field::Email, &email)])?;
    limits::attempt(Action::Send, Some(&email))?;
    let client = create_admin_client().await?;
    let token = client.account().create_email_token(&email).await;
    let token = decoy::or_decoy(token, &email)?;
    flow::keep(&Flow::Code {
        by: Form::EmailOtp,
        user_id: token.user_id,
        to: email,
        phrase: token.phrase,
        next: return_to(&next).to_owned(),
    })?;
    Ok(Form::Code.path().to_owned())
}
