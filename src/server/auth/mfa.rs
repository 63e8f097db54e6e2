//! Answering for the second step of signing in.

use super::{
    flash,
    limits::{self, Action, Subject},
    methods,
    proved::{self, Proved},
    session::{self, Owner},
    ways_in::replace_begun_app,
};
use crate::{
    error::{AppError, OnField},
    model::{Account, Code, Factor, Factors, Flash, Goto},
    server::appwrite::{SessionAccount, create_session_client},
};

/// What a code answers.
pub enum Challenge {
    /// The challenge with this ID, which sent the code this way.
    Created(String, Factor),
    /// One that is created for the answer, as nothing has to be sent for this factor.
    New(Factor),
}

/// Answers a challenge with the code from the field `code`. Who was signed in already is told that
/// it's confirmed, on the page they go on to.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::RateLimited`], [`AppError::SignedOut`],
/// [`AppError::Unavailable`]; [`AppError::SameFactor`] if the answer was right, but doesn't complete
/// the session; [`AppError::ChallengeRequired`] if this factor isn't accepted anymore.
pub async fn answer(challenge: Challenge, code: &Code) -> Result<(), AppError> {
    let owner = count_guess().await?;
    let client = create_session_client().await?;
    let account = client.account();
    let (Challenge::Created(_, factor) | Challenge::New(factor)) = challenge;
    // Appwrite also takes the code of an app that somebody has begun to set up, and never confirmed.
    if !factors().await?.has(factor) {
        return Err(AppError::ChallengeRequired);
    }
    let (id, sent) = match challenge {
        Challenge::Created(id, factor) => (id, Some(factor)),
        Challenge::New(factor) => (account.create_mfa_challenge(factor).await?, None),
    };
    account
        .update_mfa_challenge(&id, code)
        .await
        .on_field("code")?;
    limits::succeeded(Action::Guess, Subject::SecondStep(&owner.user_id));
    // Signing in can have counted as the same factor. Appwrite then takes the answer, and still asks.
    if let Some(factor) = sent
        && let Err(error) = account.get().await
        && AppError::from(error) == AppError::MoreFactorsRequired
    {
        return Err(AppError::SameFactor(factor));
    }
    if owner.account.is_some() {
        flash::keep(Flash::Proved);
    }
    Ok(())
}

/// The factors that this site takes as the visitor's second step. Pages offer these, and server
/// functions take no other.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
pub async fn factors() -> Result<Factors, AppError> {
    let client = create_session_client().await?;
    Ok(client.account().list_mfa_factors().await?.accepted())
}

/// Counts a guess at a code of the visitor's second step, and returns whose it is.
///
/// It's counted apart from the first step, so passing that one again and again gives no further
/// guesses at this one.
///
/// # Errors
///
/// [`AppError::RateLimited`], [`AppError::SignedOut`], [`AppError::Unavailable`].
pub async fn count_guess() -> Result<Owner, AppError> {
    let owner = session::owner().await?;
    limits::attempt(Action::Guess, Some(Subject::SecondStep(&owner.user_id)))?;
    Ok(owner)
}

/// Turns two-step verification on for somebody who has just added an authenticator app, and says so.
/// Without a spare for when the app is lost, leads to create recovery codes instead, where it's turned
/// on once they're saved.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
pub async fn turn_on_with_app() -> Result<Goto, AppError> {
    let client = create_session_client().await?;
    let account = client.account();
    let visitor = session::account().await?;
    let factors = account.list_mfa_factors().await?;
    let can_pass = visitor.can_pass_second_step(factors, &methods::offered()?);
    Ok(if visitor.mfa || !can_pass {
        Goto::page_with("/account/security", Flash::TotpAdded)
    } else if has_own_spare(&visitor, factors)? {
        turn_on(&account).await?;
        Goto::page_with("/account/security", Flash::MfaOn)
    } else {
        Goto::page_with("/account/security/recovery-codes", Flash::TotpAdded)
    })
}

/// Whether there's a spare for when the second step is lost, and no recovery codes that somebody else may have: those
/// that weren't made here.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn has_own_spare(account: &Account, factors: Factors) -> Result<bool, AppError> {
    let has_own_codes = proved::is_proved(account, Proved::RecoveryCodes)?;
    Ok(factors.has_spare() && (has_own_codes || !factors.recovery_code))
}

/// Turns two-step verification on, and ends what from before would pass it: Appwrite takes any second step that a
/// session has answered when it wasn't asked for one yet, and codes of an app that was begun and never confirmed.
///
/// # Errors
///
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
pub async fn turn_on(account: &SessionAccount<'_>) -> Result<(), AppError> {
    replace_begun_app(account).await?;
    session::end_others(account).await?;
    account.update_mfa(true).await?;
    // And whatever has begun in between. This session may lack its own second step by now.
    match session::end_others(account).await {
        Err(AppError::MoreFactorsRequired) => Ok(()),
        ended => ended,
    }
}
//
