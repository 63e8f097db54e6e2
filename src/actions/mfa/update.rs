use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Turns two-step verification on or off. It isn't turned on if nobody could sign in with it. If
/// there'd be no way in once a phone or mailbox is lost, or somebody else may have the recovery codes, leads to
/// create them first. When it's turned on, all other sessions end.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "mfa/update")]
pub async fn update_mfa(on: bool) -> Result<Goto, AppError> {
    use crate::{
        model::Flash,
        server::{
            appwrite::create_session_client,
            auth::{
                methods, mfa,
                proof::{self, Brings},
                session,
            },
            request,
        },
    };

    const SECURITY: &str = "/account/security";
    const RECOVERY_CODES: &str = "/account/security/recovery-codes";
    if let Some(goto) = proof::ask(Brings::Nothing, SECURITY).await? {
        return Ok(goto);
    }
    if on {
        let visitor = session::account().await?;
        let factors = mfa::factors().await?;
        if !visitor.can_pass_second_step(factors, &methods::offered()?) {
            return Ok(Goto::page_with(SECURITY, Flash::MfaNotYet));
        }
        if !mfa::has_own_spare(&visitor, factors)? {
            return Ok(Goto::page(RECOVERY_CODES));
        }
        request::state()?.just_here.note_second_step(&visitor.id);
        let client = create_session_client().await?;
        mfa::turn_on(&client.account()).await?;
        return Ok(Goto::page_with(SECURITY, Flash::MfaOn));
    }
    let client = create_session_client().await?;
    client.account().update_mfa(false).await?;
    Ok(Goto::page_with(SECURITY, Flash::MfaOff))
}
