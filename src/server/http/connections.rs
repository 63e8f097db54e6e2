//! The open connections, and which of them have kept us waiting for longest.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::{sync::Notify, time::Instant};

/// The connections that we wait for, by when that began: for a request, for the rest of one, or for the
/// client to take its answer.
#[derive(Default)]
pub struct Connections {
    awaited: Mutex<Awaited>,
    one_more: Notify,
}

#[derive(Default)]
struct Awaited {
    by_place: BTreeMap<u64, Arc<Notify>>,
    next: u64,
}

/// One connection.
pub struct Connection {
    all: Arc<Connections>,
    end: Arc<Notify>,
    state: Mutex<State>,
}

struct State {
    /// Its place among those that we wait for. `None` while it waits for us.
    place: Option<u64>,
    /// When its last request began or was answered.
    since: Instant,
    has_asked: bool,
}

/// A request in progress. Dropped, it has been answered.
pub struct InProgress(Arc<Connection>);

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

    /// Ends the connection that has kept us waiting for longest. Returns whether there was one.
    pub fn end_oldest(&self) -> bool {
        let oldest = lock(&self.awaited).by_place.pop_first();
        if let Some((_, end)) = &oldest {
            end.notify_one();
        }
        oldest.is_some()
    }

    /// Ends once there's one more that we wait for.
    pub async fn one_more(&self) {
        self.one_more.notified().await;
    }

    fn wait(&self, end: &Arc<Notify>) -> u64 {
        let mut awaited = lock(&self.awaited);
        let place = awaited.next;
        awaited.next += 1;
        awaited.by_place.insert(place, Arc::clone(end));
        place
    }

    fn leave(&self, place: Option<u64>) {
        if let Some(place) = place {
            lock(&self.awaited).by_place.remove(&place);
        }
    }
}

impl Connection {
    /// A request has come, or at least its headers.
    pub fn begin(self: Arc<Self>) -> InProgress {
        let mut state = lock(&self.state);
        state.since = Instant::now();
        state.has_asked = true;
        drop(state);
        InProgress(self)
    }

    /// The whole request has come, so it's on us now.
    pub fn received(&self) {
        let place = lock(&self.state).place.take();
        self.all.leave(place);
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
        self.received();
    }
}

impl Drop for InProgress {
    fn drop(&mut self) {
        let Self(connection) = self;
        connection.received();
        let mut state = lock(&connection.state);
        state.place = Some(connection.all.wait(&connection.end));
        state.since = Instant::now();
        drop(state);
        connection.all.one_more.notify_one();
    }
}

/// The body of a request, which says when it's complete.
pub struct RequestBody {
    body: Incoming,
    connection: Arc<Connection>,
}

impl RequestBody {
    /// The body of a request on this connection.
    pub fn new(body: Incoming, connection: Arc<Connection>) -> Self {
        if body.is_end_stream() {
            connection.received();
        }
        Self { body, connection }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        if frame.is_none() || this.body.is_end_stream() {
            this.connection.received();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
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
        let mut context = Context::from_waker(std::task::Waker::noop());
        ended.poll(&mut context).is_ready()
    }

    #[test]
    fn the_one_that_has_kept_us_waiting_for_longest_makes_room() {
        let all = Arc::new(Connections::default());
        let [first, second, third, gone] = [(); 4].map(|()| all.open());
        drop(gone);
        let in_progress = Arc::clone(&second).begin();
        second.received();
        drop(Arc::clone(&first).begin());
        assert!(all.end_oldest());
        assert!(is_ended(&third), "the first has been answered since");
        assert!(all.end_oldest());
        assert!(is_ended(&first));
        // What waits for us is left alone.
        assert!(!all.end_oldest());
        drop(in_progress);
        assert!(all.end_oldest());
        assert!(is_ended(&second));
        assert!(!all.end_oldest());
    }

    #[test]
    fn a_request_that_is_not_all_there_keeps_its_place() {
        let all = Arc::new(Connections::default());
        let [first, second] = [(); 2].map(|()| all.open());
        let _in_progress = Arc::clone(&first).begin();
        assert!(all.end_oldest());
        assert!(is_ended(&first) && !is_ended(&second));
    }
}
