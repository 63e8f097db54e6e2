use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Sends a sign-in code to an email address, whether or not it has an account. An address that gets
/// no email gets the same answer.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SwitchedOff`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/email-otp")]
pub async fn send_email_otp(
    email: String,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Email, SignInMethod, Value, return_to},
        server::{
            appwrite::create_admin_client,
            auth::{
                decoy,
                flow::{self, Channel, Flow, Made},
                limits, methods,
            },
        },
    };

    methods::require(SignInMethod::EmailOtp)?;
    let email = Email::parse(&email).on_field("email")?;
    limits::send_sign_in(&email)?;
    let client = create_admin_client().await?;
    let token = client.account().create_email_token(&email).await;
    let token = decoy::or_decoy(token, &email)?;
    let id = flow::keep(Flow::Code {
        sent_by: Channel::Email,
        made: Made::by(&token),
        user_id: token.user_id,
        to: email.to_string(),
        phrase: token.phrase,
        next: return_to(&next).to_owned(),
    })?;
    Ok(flow::page("/signin/code", &id))
}
