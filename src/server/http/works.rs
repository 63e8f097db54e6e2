//! The work that goes on without its request: how much of it there may be, and whether it's done.
//!
//! Whoever hangs up as soon as they've asked for something holds no connection, so no limit of those
//! counts what they've asked for.

use std::{net::IpAddr, sync::Arc, time::Duration};

use moka::{policy::EvictionPolicy, sync::Cache};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::server::auth::counters::Network;

/// How much there may be at a time.
const AT_ONCE: u32 = 1024;

/// How much of it may be asked for from one network. The rest waits, with its request.
const AT_ONCE_FROM_ONE: usize = 64;

/// How many networks are known. Those that have asked for nothing for the longest time go first.
const NETWORKS: u64 = 10_000;

/// What goes on.
#[derive(Debug)]
pub struct Works {
    all: Arc<Semaphore>,
    networks: Cache<Network, Arc<Semaphore>>,
}

/// A place for some work. Dropped, it's done.
#[derive(Debug)]
pub struct Place {
    _of_network: Option<OwnedSemaphorePermit>,
    _of_all: Option<OwnedSemaphorePermit>,
}

impl Default for Works {
    fn default() -> Self {
        let networks = Cache::builder()
            .max_capacity(NETWORKS)
            .eviction_policy(EvictionPolicy::lru());
        Self {
            all: Arc::new(Semaphore::new(AT_ONCE as usize)),
            networks: networks.build(),
        }
    }
}

impl Works {
    /// Waits for a place. Whoever has gone away by then asks for nothing anymore.
    pub async fn place(&self, addr: IpAddr) -> Place {
        let of_network = || Arc::new(Semaphore::new(AT_ONCE_FROM_ONE));
        let of_network = self.networks.get_with(addr.into(), of_network);
        // Neither is ever closed.
        Place {
            _of_network: of_network.acquire_owned().await.ok(),
            _of_all: Arc::clone(&self.all).acquire_owned().await.ok(),
        }
    }

    /// Waits until all of it is done, for so long at most. Returns whether it is.
    pub async fn are_done(&self, longest: Duration) -> bool {
        timeout(longest, self.all.acquire_many(AT_ONCE))
            .await
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use futures::future::join_all;

    use super::*;

    const SHORT: Duration = Duration::from_millis(20);

    #[tokio::test]
    async fn one_network_leaves_room_for_others_and_what_is_done_makes_room() {
        let works = Works::default();
        let (here, there) = ([203, 0, 113, 7].into(), [203, 0, 113, 8].into());
        let mut places = join_all((0..AT_ONCE_FROM_ONE).map(|_| works.place(here))).await;
        assert!(timeout(SHORT, works.place(here)).await.is_err());
        let other = works.place(there).await;
        assert!(!works.are_done(SHORT).await);
        places.pop();
        drop(works.place(here).await);
        drop((places, other));
        assert!(works.are_done(SHORT).await);
    }
}
