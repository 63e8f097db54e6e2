//! The caller's log.

use crate::{call::Call, error::ApiError, handlers::logs, queries::Page, reply::Reply};

/// `GET /account/logs`: what the caller did, newest first.
pub async fn list(call: Call) -> Result<Reply, ApiError> {
    let page = Page::read(&call.params)?;
    let user_id = call.signed_in()?.user.id;
    call.shared
        .store
        .read(move |connection| logs::page(connection, &user_id, &page))
        .await
}
