//! The caller as they are now.

use rusqlite::Connection;

use crate::{
    caller::SignedIn,
    error::ApiError,
    model,
    reply::Reply,
    store::{SessionRow, UserRow},
};

/// The caller, read again: another request may have changed them since this one was let in.
pub fn reload(connection: &Connection, signed_in: SignedIn) -> Result<SignedIn, ApiError> {
    let user = UserRow::find(connection, &signed_in.user.id)?
        .ok_or_else(|| ApiError::known("user_not_found"))?;
    let session = match signed_in.session {
        Some(session) => SessionRow::find(connection, &user.id, &session.id)?,
        None => None,
    };
    Ok(SignedIn {
        user,
        session,
        impersonator: signed_in.impersonator,
    })
}

/// 200 with the caller's account.
pub fn account(connection: &Connection, signed_in: &SignedIn) -> Result<Reply, ApiError> {
    let targets = signed_in.user.targets(connection)?;
    Ok(Reply::ok(model::account(signed_in, &targets)))
}
