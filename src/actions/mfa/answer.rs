use leptos::prelude::*;

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::model::{Factor, Field};

/// Answers with the code that was sent to this visitor.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::NothingPending`], [`AppError::SignedOut`],
/// [`AppError::RateLimited`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/code")]
pub async fn answer_sent_code(code: String) -> Result<String, AppError> {
    use crate::{
        model::{check, return_to},
        server::auth::flow::{self, Flow},
    };

    let Flow::Challenge { id, next, .. } = flow::current()? else {
        return Err(AppError::NothingPending);
    };
    let [code] = check([(Field::Code, &code)])?;
    answer(Challenge::Made(id), &code, Field::Code).await?;
    flow::end()?;
    Ok(return_to(&next).to_owned())
}

/// Answers with a code of an authenticator app.
///
/// # Errors
///
/// As for [`answer_sent_code`].
#[server(prefix = "/api", endpoint = "mfa/totp")]
pub async fn answer_totp(
    code: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::model::{check, return_to};

    let [code] = check([(Field::Code, &code)])?;
    answer(Challenge::ToMake(Factor::Totp), &code, Field::Code).await?;
    Ok(return_to(&next).to_owned())
}

/// Answers with a recovery code, which is used up by it.
///
/// # Errors
///
/// As for [`answer_sent_code`].
#[server(prefix = "/api", endpoint = "mfa/recovery-code")]
pub async fn answer_recovery_code(
    code: String,
    #[server(default)] next: String,
) -> Result<String, AppError> {
    use crate::model::{check, return_to};

    let [code] = check([(Field::RecoveryCode, &code)])?;
    answer(
        Challenge::ToMake(Factor::RecoveryCode),
        &code,
        Field::RecoveryCode,
    )
    .await?;
    Ok(return_to(&next).to_owned())
}

/// What is answered.
#[cfg(feature = "ssr")]
enum Challenge {
    /// The one with this ID, with which a code was sent.
    Made(String),
    /// One that is made for the answer, as nothing has to be sent for it.
    ToMake(Factor),
}

/// Answers a challenge with what was typed into this field.
#[cfg(feature = "ssr")]
async fn answer(challenge: Challenge, code: &str, typed: Field) -> Result<(), AppError> {
    use crate::server::{
        appwrite::create_session_client,
        auth::{
            limits::{self, Action},
            session,
        },
    };

    // Counted apart from the first step, so that passing that one again and again gives no further
    // guesses at this one.
    let whose = format!("mfa:{}", session::user_id().await?);
    limits::attempt(Action::Guess, Some(&whose))?;
    let client = create_session_client().await?;
    let account = client.account();
    let challenge = match challenge {
        Challenge::Made(id) => id,
        Challenge::ToMake(factor) => {
            let made = account.create_mfa_challenge(factor).await;
            made.map_err(|error| error.into_app_error())?
        }
    };
    let answered = account.update_mfa_challenge(&challenge, code).await;
    answered.map_err(|error| error.into_code_error(typed))?;
    limits::succeeded(Action::Guess, &whose);
    Ok(())
}
