//! Settles what a request has attempted, once it's known how that ended.

use std::sync::Arc;

use axum::extract::Request;

use super::layers::{Answering, Next};
use crate::{error::AppError, server::auth::attempts::Attempts};

/// Gives attempts back that ended in an outage, for which no visitor should pay. And holds back answers
/// that would tell by their time whether an account exists.
///
/// A success isn't held back, as long as it may be told from a failure. A message says the same
/// whether or not it was sent, so its answer always waits.
pub fn settle(mut request: Request, next: Next) -> Answering {
    let state = Arc::clone(next.state());
    let attempts = Attempts::default();
    request.extensions_mut().insert(attempts.clone());
    let answering = next.run(request);
    Box::pin(async move {
        let response = answering.await;
        let error = response.extensions().get::<AppError>();
        if error == Some(&AppError::Unavailable) {
            for spent in attempts.take_spent() {
                state.counters.give_back(&spent);
            }
        }
        if let Some(attempt) = attempts.telling()
            && (error.is_some() || !attempt.success_shows)
        {
            let floor = if attempt.is_code {
                &state.code_floor
            } else {
                &state.floor
            };
            floor.reach(attempt.at).await;
        }
        response
    })
}
