//! Bodies that take memory until their last byte has come, however slowly that is.

use std::{sync::Arc, time::Duration};

use axum::{body::HttpBody, extract::Request, http::header::CONTENT_LENGTH};
use moka::sync::Cache;
use tokio::{
    select,
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Instant, sleep_until},
};

use crate::server::{auth::counters::Network, request::ClientAddr};

/// How many bytes a body may have that is read at once.
const SMALL: usize = 16 * 1024;

/// How many larger bodies one client's network may send at the same time. The next ones wait.
const AT_ONCE: usize = 4;

/// How many all networks may send: anybody can have a thousand networks.
const AT_ONCE_IN_ALL: usize = 256;

/// How long a body may take while others wait.
const IN_TURN: Duration = Duration::from_secs(5);

/// The most networks that are known to be sending large bodies.
const NETWORKS: u64 = 10_000;

/// Longer than a request may take.
const KNOWN_FOR: Duration = Duration::from_secs(120);

/// Who sends large bodies.
pub struct LargeBodies {
    networks: Cache<Network, Arc<Places>>,
    all: Arc<Places>,
}

impl Default for LargeBodies {
    fn default() -> Self {
        let networks = Cache::builder().max_capacity(NETWORKS);
        Self {
            networks: networks.time_to_idle(KNOWN_FOR).build(),
            all: Arc::new(Places::new(AT_ONCE_IN_ALL)),
        }
    }
}

impl LargeBodies {
    /// The places that this request's body needs one of. `None` if it's small.
    pub fn places_for(&self, request: &Request) -> Option<[Arc<Places>; 2]> {
        let length = request.headers().get(CONTENT_LENGTH);
        let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let is_small = length.is_some_and(|length: usize| length <= SMALL);
        if is_small || request.body().is_end_stream() {
            return None;
        }
        let network = Network::from(ClientAddr::of(request.extensions()));
        let of_network = self
            .networks
            .get_with(network, || Arc::new(Places::new(AT_ONCE)));
        Some([of_network, Arc::clone(&self.all)])
    }
}

/// Takes one of each of these, one after the other.
pub async fn take([of_network, of_all]: [Arc<Places>; 2]) -> [Place; 2] {
    let place = of_network.take().await;
    [place, of_all.take().await]
}

/// Waits until it's somebody else's turn at one of these. Whoever sends slowly is no reason to keep others
/// out.
pub async fn are_up([of_network, of_all]: &[Place; 2]) {
    select! {
        () = of_network.is_up() => {}
        () = of_all.is_up() => {}
    }
}

/// Where so many bodies are read.
pub struct Places {
    free: Arc<Semaphore>,
    waiting: watch::Sender<usize>,
}

impl Places {
    fn new(number: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(number)),
            waiting: watch::Sender::new(0),
        }
    }

    async fn take(self: Arc<Self>) -> Place {
        let free = Arc::clone(&self.free);
        let waits = Waits::with(&self.waiting);
        // It's never closed.
        let permit = free.acquire_owned().await.ok();
        drop(waits);
        Place {
            places: self,
            taken: Instant::now(),
            _permit: permit,
        }
    }
}

/// Somebody who waits for a place, until they have one or have gone away.
struct Waits<'a>(&'a watch::Sender<usize>);

impl<'a> Waits<'a> {
    fn with(waiting: &'a watch::Sender<usize>) -> Self {
        waiting.send_modify(|number| *number += 1);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|number| *number -= 1);
    }
}

/// One of these places.
pub struct Place {
    places: Arc<Places>,
    taken: Instant,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Place {
    async fn is_up(&self) {
        sleep_until(self.taken + IN_TURN).await;
        let mut waiting = self.places.waiting.subscribe();
        // The sender is in the places.
        let _ = waiting.wait_for(|number| *number > 0).await;
    }
}
