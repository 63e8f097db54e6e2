//! `DELETE /account/sessions/:sessionId`: ends one session.

use axum::http::Method;

use crate::{
    error::ApiError,
    pipeline::Call,
    reply::Reply,
    routes::{Group, Route},
};

/// This route.
pub const ROUTE: Route = Route {
    method: Method::DELETE,
    path: "/account/sessions/:sessionId",
    scope: "account",
    group: Group::Mfa,
    needs_project: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call) -> Result<Reply, ApiError> {
    let signed_in = call.signed_in()?;
    let id = call.id();
    call.shared
        .store
        .run(move |connection| {
            let session = super::find(connection, &signed_in, &id)?;
            session.delete(connection)?;
            let reply = Reply::no_content();
            if session.id == signed_in.session.id {
                Ok(reply.without_session())
            } else {
                Ok(reply)
            }
        })
        .await
}
