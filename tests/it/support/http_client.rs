use reqwest::{Client, redirect::Policy};

/// A client that leaves redirects to its caller. It only speaks plain http, because reading the system's
/// certificates takes longer than most tests.
pub fn http_client() -> Client {
    let builder = Client::builder().redirect(Policy::none());
    builder.tls_certs_only([]).build().unwrap()
}
