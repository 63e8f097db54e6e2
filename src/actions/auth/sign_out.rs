use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Ends the session, at Appwrite and in the cookie. The next page says whether Appwrite could be
/// reached.
///
/// # Errors
///
/// None in practice: if Appwrite is down, people are still signed out here.
#[server(prefix = "/api", endpoint = "auth/sign-out")]
pub async fn sign_out() -> Result<Goto, AppError> {
    use crate::{model::Flash, server::auth::session};

    let flash = match session::end().await {
        Ok(()) => Flash::SignedOut,
        Err(_) => Flash::SignedOutHereOnly,
    };
    Ok(Goto::page_with("/signin", flash))
}

/// Ends all of the visitor's sessions, including this one.
///
/// # Errors
///
/// As for [`sign_out`].
#[server(prefix = "/api", endpoint = "auth/sign-out-everywhere")]
pub async fn sign_out_everywhere() -> Result<Goto, AppError> {
    use crate::{model::Flash, server::auth::session};

    let flash = match session::end_all().await {
        Ok(()) => Flash::SignedOutEverywhere,
        Err(AppError::MoreFactorsRequired) => Flash::SignedOut,
        // By somebody else, perhaps, who is still signed in.
        Err(AppError::SignedOut) => Flash::NothingSaved,
        Err(_) => Flash::SignedOutHereOnly,
    };
    Ok(Goto::page_with("/signin", flash))
}
