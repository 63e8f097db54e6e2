use leptos::prelude::*;

use crate::error::AppError;

/// Sends a code to sign in with by text message, to a number that may have an account or not.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SwitchedOff`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/phone-otp")]
pub async fn send_phone_otp(
    phone: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::{
        model::{Field, Form, Method, check, return_to},
        server::{
            appwrite::create_admin_client,
            auth::{
                flow::{self, Flow},
                limits::{self, Action},
                methods,
            },
        },
    };

    methods::require(Method::Phone)?;
    let [phone] = check([(Field::Phone, &phone)])?;
    limits::attempt(Action::Send, Some(&phone))?;
    let client = create_admin_client().await?;
    let token = client.account().create_phone_token(&phone).await;
    let token = token.map_err(|error| error.into_app_error())?;
    flow::keep(&Flow::Code {
        by: Form::Phone,
        user_id: token.user_id,
        to: phone,
        phrase: String::new(),
        next: return_to(&next).to_owned(),
    })?;
    Ok(Form::Code.path().to_owned())
}
