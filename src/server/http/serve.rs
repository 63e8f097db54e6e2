//! Serves until told to stop.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Instant, sleep, sleep_until, timeout},
};
use tower::{Service, ServiceExt};

use super::connections::{Connection, Connections, RequestBody};

/// More than the headers of any browser. A client that sends slowly may keep that much of our memory.
const MAX_HEADERS: usize = 32 * 1024;

/// How long what's running has to finish once the server is told to stop.
pub const GRACE: Duration = Duration::from_secs(15);

/// More files than all connections take.
const FILES: u64 = 16 * 1024;

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many there may be. One more takes the place of the one that has kept us waiting for longest.
    pub connections: u32,
    /// How long a new one has to send its first request.
    pub first_request: Duration,
    /// How long one may do nothing between two requests. Proxies keep theirs for a minute, and mustn't
    /// find that we have just closed it.
    pub keep_alive: Duration,
    /// How long an answer may take to arrive.
    pub answer: Duration,
    /// How long running requests have to finish once the server is told to stop.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            first_request: Duration::from_secs(15),
            keep_alive: Duration::from_secs(75),
            answer: Duration::from_secs(5 * 60),
            grace: GRACE,
        }
    }
}

impl Limits {
    /// With as many connections as go with so many open files: half of them are for Appwrite, and for what's
    /// served.
    pub fn with_files(files: u64) -> Self {
        let usual = Self::default();
        let connections = u32::try_from(files / 2).unwrap_or(u32::MAX);
        Self {
            connections: connections.min(usual.connections),
            ..usual
        }
    }
}

/// Serves until SIGINT or SIGTERM. Then takes no new connections, and lets running requests finish.
pub async fn serve<Site>(listener: TcpListener, site: Site)
where
    Site: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    Site::Future: Send,
{
    // Many systems allow 1,024 files unless a program asks for more.
    let files = rlimit::increase_nofile_limit(FILES);
    let files = files.unwrap_or_else(|error| {
        tracing::warn!(%error, "no more files may be open than usual");
        1024
    });
    serve_until(told_to_stop(), listener, site, Limits::with_files(files)).await;
}

/// As [`serve`], but stops when this future ends.
pub async fn serve_until<Site>(
    stop: impl Future<Output = ()>,
    listener: TcpListener,
    site: Site,
    limits: Limits,
) where
    Site: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    Site::Future: Send,
{
    let mut stop = pin!(stop);
    let slots = Arc::new(Semaphore::new(limits.connections as usize));
    let connections = Arc::new(Connections::default());
    let (stopping, stopped) = watch::channel(false);
    loop {
        let accepted = async {
            let (stream, peer) = accept(&listener, &connections).await;
            (stream, peer, room(&slots, &connections).await)
        };
        let (stream, peer, slot) = tokio::select! {
            () = &mut stop => break,
            accepted = accepted => accepted,
        };
        // Without a slot the semaphore is closed, which nothing does.
        let Some(slot) = slot else { break };
        let connection = connections.open();
        let answering = answer(
            stream,
            peer,
            site.clone(),
            connection,
            limits,
            stopped.clone(),
        );
        tokio::spawn(async move {
            answering.await;
            drop(slot);
        });
    }
    drop(listener);
    tracing::info!("stopping");
    let _ = stopping.send(true);
    let all_ended = slots.acquire_many(limits.connections);
    if timeout(limits.grace, all_ended).await.is_err() {
        tracing::warn!("stopped while requests were still running");
    }
}

/// The next connection.
async fn accept(listener: &TcpListener, connections: &Connections) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // It's gone already, which is nobody's business.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::ConnectionAborted
                        | io::ErrorKind::ConnectionRefused
                        | io::ErrorKind::ConnectionReset
                ) => {}
            // Most likely there are no file descriptors left.
            Err(error) => {
                tracing::error!(%error, "no connection can be accepted");
                // What ends makes room very soon.
                let wait = if connections.end_oldest() { 2 } else { 200 };
                sleep(Duration::from_millis(wait)).await;
            }
        }
    }
}

/// A slot for another connection. If all are taken, the connection that has kept us waiting for longest
/// makes room: a slow client is no reason to keep others out.
async fn room(slots: &Arc<Semaphore>, connections: &Connections) -> Option<OwnedSemaphorePermit> {
    loop {
        if let Ok(slot) = Arc::clone(slots).try_acquire_owned() {
            return Some(slot);
        }
        let next = Arc::clone(slots).acquire_owned();
        if connections.end_oldest() {
            return next.await.ok();
        }
        tokio::select! {
            slot = next => return slot.ok(),
            () = connections.one_more() => {}
        }
    }
}

/// Answers the requests of one connection, until it ends or has to.
async fn answer<Site>(
    stream: TcpStream,
    peer: SocketAddr,
    site: Site,
    connection: Arc<Connection>,
    limits: Limits,
    mut stopped: watch::Receiver<bool>,
) where
    Site: Service<Request, Response = Response, Error = Infallible> + Clone + Send,
    Site::Future: Send,
{
    // Answers are written at once, so there's nothing to wait for. If it fails, they're slower.
    let _ = stream.set_nodelay(true);
    let answering = Arc::clone(&connection);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let in_progress = Arc::clone(&answering).begin();
        let body = |body| Body::new(RequestBody::new(body, Arc::clone(&answering)));
        let mut request: Request = request.map(body);
        request.extensions_mut().insert(ConnectInfo(peer));
        let answering = site.clone().oneshot(request);
        async move {
            let response = answering.await;
            drop(in_progress);
            response
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.keep_alive)
        .max_buf_size(MAX_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut served = pin!(served);
    let mut is_stopping = false;
    loop {
        // Requests put the deadline off, and may also bring it forward.
        let soonest = Instant::now() + limits.first_request.min(limits.answer);
        let deadline = connection.deadline(limits.first_request, limits.answer);
        tokio::select! {
            // Whatever went wrong is the client's doing.
            _ = served.as_mut() => return,
            () = connection.ended() => return,
            () = sleep_until(deadline.min(soonest)) => {
                let deadline = connection.deadline(limits.first_request, limits.answer);
                if deadline <= Instant::now() {
                    return;
                }
            }
            _ = stopped.changed(), if !is_stopping => {
                is_stopping = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
