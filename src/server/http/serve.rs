//! Serves until told to stop.

use std::{io, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::net::TcpListener;

/// How long running requests have to finish once the server is told to stop.
const GRACE: Duration = Duration::from_secs(15);

/// Serves until SIGINT or SIGTERM. Then takes no new connections, and lets running requests finish.
///
/// # Errors
///
/// The listener fails.
pub async fn serve(listener: TcpListener, router: Router) -> io::Result<()> {
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let router = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, router).with_graceful_shutdown(async move {
        told_to_stop().await;
        tracing::info!("stopping");
        let _ = stopping.send(());
    });
    let too_long = async move {
        if stopped.await.is_ok() {
            tokio::time::sleep(GRACE).await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        result = server => result,
        () = too_long => {
            tracing::warn!("stopped while requests were still running");
            Ok(())
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
