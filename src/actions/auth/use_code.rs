use leptos::prelude::*;

use crate::error::AppError;

/// Signs in with the code that was sent to this visitor.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::NothingPending`], [`AppError::Blocked`],
/// [`AppError::RateLimited`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/code")]
pub async fn use_code(code: String) -> Result<String, AppError> {
    use crate::{
        model::{Field, check, return_to},
        server::{
            appwrite::create_admin_client,
            auth::{
                flow::{self, Flow},
                limits::{self, Action},
                session,
            },
        },
    };

    let Flow::Code { user_id, next, .. } = flow::current()? else {
        return Err(AppError::NothingPending);
    };
    let [code] = check([(Field::Code, &code)])?;
    limits::attempt(Action::Guess, Some(&user_id))?;
    let client = create_admin_client().await?;
    let session = client.account().create_session(&user_id, &code).await;
    session::start(session.map_err(|error| error.into_code_error(Field::Code))?).await?;
    limits::succeeded(Action::Guess, &user_id);
    Ok(return_to(&next).to_owned())
}
