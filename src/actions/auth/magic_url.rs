use leptos::prelude::*;

use crate::error::AppError;

/// Sends a link to sign in with, to an address that may have an account or not. The answer is the
/// same for one that gets no mail.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SwitchedOff`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/magic-url")]
pub async fn send_magic_url(
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
            http::links::with_next,
            request,
        },
    };

    methods::require(Method::MagicUrl)?;
    let [email] = check([(Field::Email, &email)])?;
    limits::attempt(Action::Send, Some(&email))?;
    let link = request::address_of(&with_next(Form::Link.path(), return_to(&next)))?;
    let client = create_admin_client().await?;
    let token = client.account().create_magic_url_token(&email, &link).await;
    let token = decoy::or_decoy(token, &email)?;
    flow::keep(&Flow::Link {
        to: email,
        phrase: token.phrase,
        next: return_to(&next).to_owned(),
    })?;
    Ok("/signin/sent".to_owned())
}
