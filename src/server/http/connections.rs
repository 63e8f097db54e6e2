//! The open connections, and which of them have been idle for longest.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

/// The connections that have no request in progress, by when that began.
#[derive(Default)]
pub struct Connections {
    idle: Mutex<Idle>,
    became_idle: Notify,
}

#[derive(Default)]
struct Idle {
    waiting: BTreeMap<u64, Arc<Notify>>,
    next: u64,
}

/// One connection.
pub struct Connection {
    all: Arc<Connections>,
    end: Arc<Notify>,
    state: Mutex<State>,
}

struct State {
    /// Its place among those that are idle. `None` while it has a request in progress.
    place: Option<u64>,
    /// When its last request began or was answered.
    since: Instant,
    has_asked: bool,
}

/// A request in progress. Dropped, it's over.
pub struct Busy(Arc<Connection>);

impl Connections {
    /// A new connection.
    pub fn open(self: &Arc<Self>) -> Arc<Connection> {
        let end = Arc::new(Notify::new());
        Arc::new(Connection {
            all: Arc::clone(self),
            state: Mutex::new(State {
                place: Some(self.wait(&end)),
                since: Instant::now(),
                has_asked: false,
            }),
            end,
        })
    }

    /// Ends the connection that has been idle for longest. Returns whether there was one.
    pub fn end_oldest_idle(&self) -> bool {
        let oldest = lock(&self.idle).waiting.pop_first();
        if let Some((_, end)) = &oldest {
            end.notify_one();
        }
        oldest.is_some()
    }

    /// Ends once a connection has become idle.
    pub async fn became_idle(&self) {
        self.became_idle.notified().await;
    }

    fn wait(&self, end: &Arc<Notify>) -> u64 {
        let mut idle = lock(&self.idle);
        let place = idle.next;
        idle.next += 1;
        idle.waiting.insert(place, Arc::clone(end));
        place
    }
}

impl Connection {
    /// Marks it as having a request in progress.
    pub fn busy(self: Arc<Self>) -> Busy {
        {
            let mut state = lock(&self.state);
            if let Some(place) = state.place.take() {
                lock(&self.all.idle).waiting.remove(&place);
            }
            state.since = Instant::now();
            state.has_asked = true;
        }
        Busy(self)
    }

    /// Ends once another connection needs the room.
    pub async fn ended(&self) {
        self.end.notified().await;
    }

    /// When it ends unless something happens by then: without a first request, or without progress.
    pub fn deadline(&self, first_request: Duration, answer: Duration) -> Instant {
        let state = lock(&self.state);
        state.since
            + if state.has_asked {
                answer
            } else {
                first_request
            }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(place) = lock(&self.state).place.take() {
            lock(&self.all.idle).waiting.remove(&place);
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let Self(connection) = self;
        let mut state = lock(&connection.state);
        state.place = Some(connection.all.wait(&connection.end));
        state.since = Instant::now();
        drop(state);
        connection.all.became_idle.notify_one();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether it has been told to end.
    fn is_ended(connection: &Connection) -> bool {
        let ended = std::pin::pin!(connection.ended());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        ended.poll(&mut context).is_ready()
    }

    #[test]
    fn the_one_that_has_been_idle_for_longest_makes_room() {
        let all = Arc::new(Connections::default());
        let [first, second, third, gone] = [(); 4].map(|()| all.open());
        drop(gone);
        let busy = Arc::clone(&second).busy();
        drop(Arc::clone(&first).busy());
        assert!(all.end_oldest_idle());
        assert!(is_ended(&third), "the first has asked for something since");
        assert!(all.end_oldest_idle());
        assert!(is_ended(&first));
        // What is being answered is left alone.
        assert!(!all.end_oldest_idle());
        drop(busy);
        assert!(all.end_oldest_idle());
        assert!(is_ended(&second));
        assert!(!all.end_oldest_idle());
    }
}
