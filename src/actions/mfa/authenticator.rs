use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Starts setting up an authenticator app. It only counts once its first code has been entered. If
/// there is one already, says so.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/totp/begin")]
pub async fn begin_totp() -> Result<Goto, AppError> {
    use crate::{
        model::Flash,
        server::{
            appwrite::create_session_client,
            auth::{
                flow::{self, Flow},
                mfa,
                proof::{self, Brings},
            },
        },
    };

    const SECURITY: &str = "/account/security";
    let there = || Goto::page_with(SECURITY, Flash::TotpThere);
    if let Some(goto) = proof::ask(Brings::Nothing, SECURITY).await? {
        // Nobody proves anything to learn that.
        let is_there = mfa::factors().await?.totp;
        return Ok(if is_there { there() } else { goto });
    }
    let client = create_session_client().await?;
    let totp = match client.account().create_totp().await {
        Err(error) if error.is_conflict() => return Ok(there()),
        totp => totp?,
    };
    // Appwrite knows only the newest secret.
    flow::end_all(|flow| matches!(flow, Flow::Totp { .. }))?;
    let id = flow::keep(Flow::Totp {
        secret: totp.secret,
        uri: totp.uri,
    })?;
    Ok(flow::page("/account/security/totp", &id))
}

/// Adds the authenticator app that is being set up, with its first code, and turns two-step
/// verification on. If there are no recovery codes yet, leads to create them first. The flow with this
/// ID, which shows the app's secret, ends with it. If the app was added before, says so.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/totp/add")]
pub async fn add_totp(code: String, #[server(default)] flow: String) -> Result<Goto, AppError> {
    use crate::{
        error::OnField,
        model::{Code, Flash, Value},
        server::{
            appwrite::create_session_client,
            auth::{
                flow::{self, Flow},
                mfa,
                proof::{self, Brings},
                totp,
            },
            request,
        },
    };

    const SECURITY: &str = "/account/security";
    let there = || Goto::page_with(SECURITY, Flash::TotpThere);
    if let Some(Flow::Done { .. }) = flow::find(&flow)? {
        return Ok(there());
    }
    let code = Code::parse(&code).on_field("code")?;
    if let Some(goto) = proof::ask(Brings::Nothing, SECURITY).await? {
        let is_there = mfa::factors().await?.totp;
        return Ok(if is_there { there() } else { goto });
    }
    let owner = mfa::count_guess().await?;
    // Before there is one: a look at the account at this very moment would take it for somebody else's.
    let state = request::state()?;
    state.just_here.note_second_step(&owner.user_id);
    let client = create_session_client().await?;
    let added = client.account().verify_totp(&code).await;
    if added.is_err() {
        state.just_here.forget_second_step(&owner.user_id);
    }
    let goto = match added {
        // It was sent twice, or from a page that was open all the while.
        Err(error) if error.is_conflict() => there(),
        Err(error) if error.is_not_found() => Goto::page_with(SECURITY, Flash::TotpExpired),
        added => {
            let secret = match flow::find(&flow)? {
                Some(Flow::Totp { secret, .. }) => secret,
                _ => String::new(),
            };
            let added = added.on_field("code");
            added.map_err(|error| totp::explain(error, &secret, &code))?;
            mfa::turn_on_with_app().await?
        }
    };
    if flow::find(&flow)?.is_some() {
        flow::finish(&flow, &goto)?;
    }
    Ok(goto)
}

/// Removes the authenticator app. If nobody could sign in with two-step verification then, turns
/// that off, too. If Appwrite wants a recent second step first, leads there and back.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/totp/remove")]
pub async fn remove_totp() -> Result<Goto, AppError> {
    use crate::{
        model::{Factors, Flash},
        server::{
            appwrite::create_session_client,
            auth::{
                methods,
                proof::{self, Brings},
                session,
            },
            http::links::with_next,
        },
    };

    const SECURITY: &str = "/account/security";
    if let Some(goto) = proof::ask(Brings::Nothing, SECURITY).await? {
        return Ok(goto);
    }
    let client = create_session_client().await?;
    let account = client.account();
    match account.delete_totp().await {
        Err(error) if error.is_not_found() => {}
        Err(error) => match error.into() {
            AppError::ChallengeRequired => {
                return Ok(Goto::page(with_next("/mfa", SECURITY)));
            }
            error => return Err(error),
        },
        Ok(()) => {}
    }
    let visitor = session::account().await?;
    let left = Factors {
        totp: false,
        ..account.list_mfa_factors().await?
    };
    if visitor.mfa && !visitor.can_pass_second_step(left, &methods::offered()?) {
        account.update_mfa(false).await?;
        return Ok(Goto::page_with(SECURITY, Flash::TotpRemovedMfaOff));
    }
    Ok(Goto::page_with(SECURITY, Flash::TotpRemoved))
}
