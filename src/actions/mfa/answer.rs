use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Completes the second step with the code that was sent to this visitor, in the flow with this ID.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::SignedOut`], [`AppError::RateLimited`],
/// [`AppError::Unavailable`]; [`AppError::ChallengeRequired`] if no code was sent, if that was too
/// long ago, or if its factor isn't accepted anymore; [`AppError::SameFactor`] if it was how they
/// signed in.
#[server(prefix = "/api", endpoint = "mfa/code")]
pub async fn answer_sent_code(
    code: String,
    #[server(default)] flow: String,
) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Code, Value},
        server::{
            auth::flow::{self, Flow},
            auth::mfa::{self, Challenge},
        },
    };

    let (id, factor, next) = match flow::find(&flow)? {
        Some(Flow::Challenge { id, factor, next }) => (id, factor, next),
        Some(Flow::Done { path }) => return Ok(Goto::page(path)),
        _ => return Err(AppError::ChallengeRequired),
    };
    let code = Code::parse(&code).on_field("code")?;
    mfa::answer(Challenge::Created(id, factor), &code).await?;
    let goto = Goto::back(&next);
    flow::finish(&flow, &goto)?;
    Ok(goto)
}

/// Completes the second step with a code from an authenticator app. Leads to `next`.
///
/// # Errors
///
/// As for [`answer_sent_code`].
#[server(prefix = "/api", endpoint = "mfa/totp")]
pub async fn answer_totp(code: String, #[server(default)] next: String) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Code, Factor, Value},
        server::auth::{
            mfa::{self, Challenge},
            totp,
        },
    };

    let code = Code::parse(&code).on_field("code")?;
    let answered = mfa::answer(Challenge::New(Factor::Totp), &code).await;
    answered.map_err(|error| totp::explain(error, "", &code))?;
    Ok(Goto::back(&next))
}

/// Completes the second step with a recovery code, which uses the code up. Leads to `next`.
///
/// # Errors
///
/// As for [`answer_sent_code`].
#[server(prefix = "/api", endpoint = "mfa/recovery-code")]
pub async fn answer_recovery_code(
    code: String,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Code, Factor, Value},
        server::auth::mfa::{self, Challenge},
    };

    let code = Code::parse(&code).on_field("code")?;
    mfa::answer(Challenge::New(Factor::RecoveryCode), &code).await?;
    Ok(Goto::back(&next))
}
