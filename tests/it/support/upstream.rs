use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use leptos_appwrite::server::config::Appwrite;
use tokio::net::TcpListener;

use super::appwrite;

/// A made-up Appwrite, which counts its calls.
pub struct Upstream {
    pub appwrite: Appwrite,
    calls: Arc<AtomicUsize>,
}

impl Upstream {
    pub async fn answering<F, Answering>(answer: F) -> Self
    where
        F: Fn(Request<Body>) -> Answering + Clone + Send + Sync + 'static,
        Answering: Future<Output = Response> + Send,
    {
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        let addr = serve(Router::new().fallback(move |request: Request<Body>| {
            counter.fetch_add(1, Ordering::SeqCst);
            answer(request)
        }))
        .await;
        Self {
            appwrite: appwrite(&format!("http://{addr}/v1")),
            calls,
        }
    }

    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

/// An answer as Appwrite writes it.
pub fn json(status: u16, body: impl Into<Body>) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    (status, [(CONTENT_TYPE, "application/json")], body.into()).into_response()
}

/// An error as Appwrite writes it.
pub fn appwrite_error(status: u16, kind: &str) -> Response {
    let body = format!(r#"{{"message":"","code":{status},"type":"{kind}"}}"#);
    json(status, body)
}

/// Serves a router on a free port.
pub async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    addr
}
