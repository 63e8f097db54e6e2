//! Which states of OAuth2 have been used.

use std::time::Duration;

use moka::{policy::EvictionPolicy, sync::Cache};

/// The states that providers have led back with lately. A state's cookie can be sent again, and so would
/// count again for whoever has an account of their own there.
#[derive(Debug)]
pub struct UsedStates(Cache<String, ()>);

impl Default for UsedStates {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(50_000)
            .eviction_policy(EvictionPolicy::lru())
            .time_to_live(Duration::from_secs(10 * 60));
        Self(cache.build())
    }
}

impl UsedStates {
    /// Whether this state hasn't been used before. Now it has.
    pub(super) fn add(&self, state: &str) -> bool {
        self.0.entry(state.to_owned()).or_insert(()).is_fresh()
    }
}
