//! Windows of time that begin at round numbers, as those of rate limits and authenticator apps do.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Waits for the next window of so many seconds if less than `needed` is left of this one: what
/// holds in one window must be asked in the same.
pub async fn wait_for_room(seconds: u64, needed: Duration) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let over = Duration::new(now.as_secs() % seconds, now.subsec_nanos());
    let left = Duration::from_secs(seconds) - over;
    if left < needed {
        tokio::time::sleep(left).await;
    }
}
