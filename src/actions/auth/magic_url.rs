use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Sends a sign-in link to an email address, whether or not it has an account. An address that gets
/// no email gets the same answer.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SwitchedOff`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/magic-url")]
pub async fn send_magic_url(
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
                flow::{self, Flow, Made},
                limits, methods, proved,
            },
            http::links::with_next,
            request,
        },
    };

    methods::require(SignInMethod::MagicUrl)?;
    let email = Email::parse(&email).on_field("email")?;
    limits::send_sign_in(&email)?;
    let next = return_to(&next);
    let link = proved::link("/signin/link", &email)?;
    let link = request::address_of(&with_next(&link, next))?;
    let client = create_admin_client().await?;
    let token = client.account().create_magic_url_token(&email, &link).await;
    let token = decoy::or_decoy(token, &email)?;
    let id = flow::keep(Flow::Link {
        made: Made::by(&token),
        user_id: token.user_id,
        to: email.to_string(),
        phrase: token.phrase,
        next: next.to_owned(),
    })?;
    Ok(flow::page("/signin/sent", &id))
}
