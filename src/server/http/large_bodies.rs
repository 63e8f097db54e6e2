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
    let of_network = of_network.take().await;
    let of_all = of_all.take().await;
    // Its time begins now. Nothing has been read so far.
    let taken = of_all.taken;
    [
        Place {
            taken,
            ..of_network
        },
        of_all,
    ]
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
    queue: watch::Sender<Queue>,
}

/// Who wants a place, and who gives one up for them. As many leave as wait: one who waits is no reason to end
/// everything that's slow.
#[derive(Default)]
struct Queue {
    waiting: usize,
    leaving: usize,
}

impl Places {
    fn new(number: usize) -> Self {
        Self {
            free: Arc::new(Semaphore::new(number)),
            queue: watch::Sender::default(),
        }
    }

    async fn take(self: Arc<Self>) -> Place {
        let mut waits = Waits::in_line(&self.queue);
        // It's never closed.
        let permit = Arc::clone(&self.free).acquire_owned().await.ok();
        waits.has_place = true;
        drop(waits);
        Place {
            places: self,
            taken: Instant::now(),
            _permit: permit,
        }
    }
}

/// Somebody who waits for a place, until they have one or have gone away.
struct Waits<'a> {
    queue: &'a watch::Sender<Queue>,
    has_place: bool,
}

impl<'a> Waits<'a> {
    fn in_line(queue: &'a watch::Sender<Queue>) -> Self {
        queue.send_modify(|queue| queue.waiting += 1);
        Self {
            queue,
            has_place: false,
        }
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.queue.send_modify(|queue| {
            queue.waiting -= 1;
            queue.leaving = if self.has_place {
                queue.leaving.saturating_sub(1)
            } else {
                queue.leaving.min(queue.waiting)
            };
        });
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
        self.is_wanted().await;
    }

    /// Waits until somebody waits for whom nobody else gives theirs up.
    async fn is_wanted(&self) {
        let queue = &self.places.queue;
        let mut changes = queue.subscribe();
        let leaves = || {
            queue.send_if_modified(|queue| {
                let is_needed = queue.waiting > queue.leaving;
                queue.leaving += usize::from(is_needed);
                is_needed
            })
        };
        while !leaves() {
            // The sender is in the places.
            let _ = changes.changed().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    /// Some places, all of them taken.
    async fn full() -> (Arc<Places>, Vec<Place>) {
        let places = Arc::new(Places::new(3));
        let mut taken = Vec::new();
        for _ in 0..3 {
            taken.push(Arc::clone(&places).take().await);
        }
        (places, taken)
    }

    /// How many of these give up their place, and it with them.
    fn leave(taken: &mut Vec<Place>) -> usize {
        let before = taken.len();
        let up: Vec<_> = taken
            .iter()
            .map(|it| it.is_wanted().now_or_never())
            .collect();
        let mut up = up.into_iter();
        taken.retain(|_| up.next().flatten().is_none());
        before - taken.len()
    }

    #[tokio::test]
    async fn as_many_leave_as_wait() {
        let (places, mut taken) = full().await;
        assert_eq!(leave(&mut taken), 0, "nobody waits");
        let mut one = Box::pin(Arc::clone(&places).take());
        assert!((&mut one).now_or_never().is_none());
        assert_eq!(leave(&mut taken), 1);
        assert_eq!(leave(&mut taken), 0, "one has made room");
        let first = one.await;
        let mut two = [0; 2].map(|_| Box::pin(Arc::clone(&places).take()));
        for waits in &mut two {
            assert!(waits.now_or_never().is_none());
        }
        assert_eq!(leave(&mut taken), 2);
        for waits in two {
            waits.await;
        }
        drop(first);
    }

    #[tokio::test]
    async fn nobody_leaves_for_somebody_who_has_gone_away() {
        let (places, mut taken) = full().await;
        let mut one = Box::pin(Arc::clone(&places).take());
        assert!((&mut one).now_or_never().is_none());
        drop(one);
        assert_eq!(leave(&mut taken), 0);
        let mut one = Box::pin(Arc::clone(&places).take());
        assert!((&mut one).now_or_never().is_none());
        assert_eq!(leave(&mut taken), 1);
    }
}
