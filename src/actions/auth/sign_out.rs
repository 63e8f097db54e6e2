use leptos::prelude::*;

use crate::error::AppError;

/// Ends the session: at Appwrite, and in the cookie.
///
/// Returns the path to go to; the notice in it says whether Appwrite could be told.
///
/// # Errors
///
/// None in practice: an Appwrite that is down does not keep anybody signed in here.
#[server(prefix = "/api", endpoint = "auth/sign-out")]
pub async fn sign_out() -> Result<String, AppError> {
    use crate::{model::Notice, server::auth::session};

    let notice = match session::end().await {
        Ok(()) => Notice::SignedOut,
        Err(_) => Notice::SignedOutHereOnly,
    };
    Ok(notice.on("/signin"))
}

/// Ends all of the visitor's sessions, this one too.
///
/// # Errors
///
/// As for [`sign_out`].
#[server(prefix = "/api", endpoint = "auth/sign-out-everywhere")]
pub async fn sign_out_everywhere() -> Result<String, AppError> {
    use crate::{model::Notice, server::auth::session};

    let notice = match session::end_all().await {
        Ok(()) => Notice::SignedOutEverywhere,
        Err(AppError::MoreFactorsRequired) => Notice::SignedOut,
        Err(_) => Notice::SignedOutHereOnly,
    };
    Ok(notice.on("/signin"))
}
