use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Sends a sign-in code by text message, whether or not the number has an account.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SwitchedOff`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/phone-otp")]
pub async fn send_phone_otp(
    phone: String,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Phone, SignInMethod, Value, return_to},
        server::{
            appwrite::create_admin_client,
            auth::{
                flow::{self, Channel, Flow, Made},
                limits, methods,
            },
        },
    };

    methods::require(SignInMethod::Phone)?;
    let phone = Phone::parse(&phone).on_field("phone")?;
    limits::send_sign_in(&phone)?;
    let client = create_admin_client().await?;
    let token = client.account().create_phone_token(&phone).await?;
    let id = flow::keep(Flow::Code {
        sent_by: Channel::TextMessage,
        to: phone.to_string(),
        phrase: String::new(),
        next: return_to(&next).to_owned(),
        made: Made::by(&token),
        user_id: token.user_id,
    })?;
    Ok(flow::page("/signin/code", &id))
}
