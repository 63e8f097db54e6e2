//! What every request passes on its way to a page, and its answer on the way back.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{Router, extract::Request, response::Response};
use futures::{FutureExt, future::Map};
use tower::{Service, ServiceExt};

use crate::server::state::AppState;

/// An answer in the making.
pub type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// One layer: takes the request, has [`Next`] answer it, and hands the answer on. It may change either,
/// or answer by itself.
///
/// It's like a middleware of axum's. But axum copies all inner layers for each layer that a request
/// passes, which took longer than most answers.
pub type Layer = Box<dyn Fn(Request, Next) -> Answering + Send + Sync>;

/// All layers, from the outermost to the innermost, and the router inside them.
#[derive(Clone)]
pub struct Layers(Arc<Inner>);

struct Inner {
    state: Arc<AppState>,
    layers: Vec<Layer>,
    router: Router,
}

impl Layers {
    /// These layers around a router.
    pub fn new(state: Arc<AppState>, layers: Vec<Layer>, router: Router) -> Self {
        Self(Arc::new(Inner {
            state,
            layers,
            router,
        }))
    }
}

impl Service<Request> for Layers {
    type Response = Response;
    type Error = Infallible;
    type Future = Map<Answering, fn(Response) -> Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let next = Next {
            inner: Arc::clone(&self.0),
            passed: 0,
        };
        next.run(request).map(Ok as fn(Response) -> _)
    }
}

/// The layers that a request still has to pass.
pub struct Next {
    inner: Arc<Inner>,
    passed: usize,
}

impl Next {
    /// What all requests share.
    pub fn state(&self) -> &Arc<AppState> {
        &self.inner.state
    }

    /// Has the rest of the layers, and the router, answer.
    pub fn run(mut self, request: Request) -> Answering {
        let inner = Arc::clone(&self.inner);
        let Some(layer) = inner.layers.get(self.passed) else {
            let answering = inner.router.clone().oneshot(request);
            return Box::pin(async move {
                let Ok(response) = answering.await;
                response
            });
        };
        self.passed += 1;
        layer(request, self)
    }
}

#[cfg(test)]
mod tests {
    use axum::{
        http::{HeaderMap, HeaderValue},
        response::IntoResponse,
    };

    use super::*;

    /// Signs each request and each answer that passes it.
    fn signs(name: &'static str) -> Layer {
        let name = HeaderValue::from_static(name);
        Box::new(move |mut request: Request, next: Next| {
            let name = name.clone();
            request.headers_mut().append("passed", name.clone());
            let answering = next.run(request);
            Box::pin(async move {
                let mut response = answering.await;
                response.headers_mut().append("passed", name);
                response
            })
        })
    }

    fn signatures(headers: &HeaderMap) -> Vec<String> {
        let signatures = headers.get_all("passed").iter();
        signatures
            .map(|name| name.to_str().unwrap().to_owned())
            .collect()
    }

    async fn answer(layers: Vec<Layer>) -> (Vec<String>, String) {
        let inside = async |headers: HeaderMap| signatures(&headers).join(", ");
        let router = Router::new().fallback(inside);
        let layers = Layers::new(AppState::alone(), layers, router);
        let Ok(response) = layers.oneshot(Request::default()).await;
        let (head, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 100).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        (signatures(&head.headers), body)
    }

    #[tokio::test]
    async fn requests_pass_the_layers_in_order_and_answers_in_reverse() {
        let (answer, request) = answer(vec![signs("outer"), signs("middle"), signs("inner")]).await;
        assert_eq!(request, "outer, middle, inner");
        assert_eq!(answer, ["inner", "middle", "outer"]);
    }

    #[tokio::test]
    async fn what_a_layer_answers_passes_only_those_around_it() {
        let refuses: Layer =
            Box::new(|_: Request, _: Next| Box::pin(async { "no".into_response() }));
        let (answer, body) = answer(vec![signs("outer"), refuses, signs("inner")]).await;
        assert_eq!((answer, body), (vec!["outer".to_owned()], "no".to_owned()));
    }
}
