//! Whether the server is healthy.

use serde_json::json;
use time::OffsetDateTime;

use crate::{APPWRITE_VERSION, call::Call, error::ApiError, reply::Reply};

/// `GET /health`
pub async fn get(_: Call) -> Result<Reply, ApiError> {
    Ok(Reply::ok(
        json!({ "name": "http", "status": "pass", "ping": 0 }),
    ))
}

/// `GET /health/db`: whether the database answers, and how many milliseconds it takes.
pub async fn get_db(call: Call) -> Result<Reply, ApiError> {
    let start = std::time::Instant::now();
    call.shared.store.ping().await?;
    let ping = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = json!({ "name": "database", "status": "pass", "ping": ping });
    Ok(Reply::ok(json!({ "total": 1, "statuses": [status] })))
}

/// `GET /health/time`: there is no other clock to compare with, so the difference is 0.
pub async fn get_time(_: Call) -> Result<Reply, ApiError> {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    Ok(Reply::ok(
        json!({ "remoteTime": now, "localTime": now, "diff": 0 }),
    ))
}

/// `GET /health/version`
pub async fn get_version(_: Call) -> Result<Reply, ApiError> {
    Ok(Reply::ok(json!({ "version": APPWRITE_VERSION })))
}

/// `GET /ping`
pub async fn ping(_: Call) -> Result<Reply, ApiError> {
    Ok(Reply::text("Pong!"))
}
