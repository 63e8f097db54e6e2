//! What clients do that send nothing, or not all, and who else is served meanwhile.

use std::{future::pending, io, time::Duration};

use axum::{Router, routing::get};
use futures::{FutureExt, future::select_all};
use leptos_appwrite::server::http::serve::{Limits, serve_until};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time::timeout,
};

use crate::support::TestApp;

const AN_HOUR: Duration = Duration::from_secs(60 * 60);

/// No connection ends by itself.
const PATIENT: Limits = Limits {
    connections: 4096,
    first_request: AN_HOUR,
    keep_alive: AN_HOUR,
    answer: AN_HOUR,
    grace: AN_HOUR,
};

/// A request that doesn't arrive is answered after a minute.
const HALF_A_MINUTE: Duration = Duration::from_secs(30);

/// Long enough for a request on a busy machine.
const SHORT: Duration = Duration::from_millis(500);

fn addr(app: &TestApp) -> &str {
    app.url.strip_prefix("http://").unwrap()
}

/// A connection that has sent this much.
async fn connect(app: &TestApp, sent: &str) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(addr(app)).await?;
    stream.write_all(sent.as_bytes()).await?;
    Ok(stream)
}

/// Everything that the server sends until it ends the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // It may be cut off.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8(text).unwrap()
}

/// Whether somebody else is answered.
async fn is_served(app: &TestApp) -> bool {
    let request = "GET /healthz HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n";
    let stream = connect(app, request).await.unwrap();
    rest(stream).await.starts_with("HTTP/1.1 200")
}

/// How many slow clients there can be: thousands, if the system allows as many open files. Other tests
/// need some, too.
fn thousands() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let allowed = line.and_then(|line| line.split_whitespace().nth(3)?.parse().ok());
    (allowed.unwrap_or(1024) / 4).min(3000)
}

#[tokio::test]
async fn thousands_of_slow_clients_keep_nobody_out() {
    let number = thousands();
    let app = TestApp::with_connections(Limits {
        connections: (number / 10) as u32,
        ..PATIENT
    })
    .await;
    let mut slow = Vec::new();
    for count in 0..number {
        // Some send nothing, some a part of its headers, and some a part of a form.
        let form = "POST /signin HTTP/1.1\r\nhost: test\r\ncontent-length: 100\r\n\
            content-type: application/x-www-form-urlencoded\r\n\r\nemail=";
        let sent = ["", "GET / HTTP/1.1\r\nhost: test\r\n", form][count % 3];
        slow.push(connect(&app, sent).await.unwrap());
        if count % (number / 10) == 0 {
            assert!(is_served(&app).await, "{count} slow clients");
        }
    }
    assert!(is_served(&app).await);
    // The first ones had to make room.
    for stream in slow.drain(..number / 2) {
        assert_eq!(rest(stream).await, "");
    }
}

/// A request's work goes on without it, so it mustn't begin before the request is there.
#[tokio::test]
async fn whoever_sends_half_a_request_takes_nobodys_place() {
    let app = TestApp::with_connections(PATIENT).await;
    let mut half = Vec::new();
    for path in ["/api/auth/sign-in", "/account/name"] {
        for kind in ["application/x-www-form-urlencoded", "text/plain"] {
            for _ in 0..64 {
                let sent = format!(
                    "POST {path} HTTP/1.1\r\nhost: test\r\nsec-fetch-site: same-origin\r\n\
                     content-type: {kind}\r\ncontent-length: 100\r\n\r\nem"
                );
                half.push(connect(&app, &sent).await.unwrap());
            }
        }
    }
    assert!(is_served(&app).await);
    let signed_out = app.browser().post("/signout", &[]).await;
    signed_out.shows(303, &[]);
}

#[tokio::test]
async fn a_client_that_sends_no_request_is_cut_off() {
    let app = TestApp::with_connections(Limits {
        first_request: SHORT,
        ..PATIENT
    })
    .await;
    for sent in ["", "GET / HTTP/1.1\r\nhost: test\r\n"] {
        let stream = connect(&app, sent).await.unwrap();
        assert_eq!(rest(stream).await, "");
    }
}

#[tokio::test]
async fn a_connection_that_nobody_uses_any_more_ends() {
    let app = TestApp::with_connections(Limits {
        keep_alive: SHORT,
        ..PATIENT
    })
    .await;
    let request = "GET /healthz HTTP/1.1\r\nhost: test\r\n\r\n";
    // Two requests, to show that it's kept in between.
    let stream = connect(&app, &request.repeat(2)).await.unwrap();
    let answers = rest(stream).await;
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 2, "{answers}");
}

#[tokio::test]
async fn an_answer_that_does_not_get_on_ends() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let router = Router::new().route("/", get(pending::<()>));
    let limits = Limits {
        answer: SHORT,
        ..PATIENT
    };
    tokio::spawn(serve_until(pending(), listener, router, limits));
    let mut stream = TcpStream::connect(addr).await.unwrap();
    let request = b"GET / HTTP/1.1\r\nhost: test\r\n\r\n";
    stream.write_all(request).await.unwrap();
    assert_eq!(rest(stream).await, "");
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_does_not_wait_for_silent_clients() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let router = Router::new().route("/", get("here"));
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        let told = async {
            let _ = stopped.await;
        };
        serve_until(told, listener, router, PATIENT).await;
    });
    let mut used = TcpStream::connect(addr).await.unwrap();
    used.write_all(b"GET / HTTP/1.1\r\nhost: test\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0];
    used.read_exact(&mut first).await.unwrap();
    let silent = TcpStream::connect(addr).await.unwrap();
    stop.send(()).unwrap();
    serving.await.unwrap();
    drop((used, silent));
}

/// A form of so many bytes from a client behind a proxy, without its last one.
fn unfinished_form(client: &str, length: usize) -> String {
    let body = "x".repeat(length - 1);
    format!(
        "POST /signin HTTP/1.1\r\nhost: test\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n\
         x-forwarded-for: {client}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}

/// Whether a whole form of so many bytes is answered.
async fn is_answered(app: &TestApp, client: &str, length: usize) -> bool {
    let form = unfinished_form(client, length) + "x";
    let stream = connect(app, &form).await.unwrap();
    rest(stream).await.starts_with("HTTP/1.1 4")
}

/// As many large forms that don't arrive as are read at once, of this client.
async fn slow_forms(app: &TestApp, client: &str) -> Vec<TcpStream> {
    let mut slow = Vec::new();
    for _ in 0..4 {
        let form = unfinished_form(client, 20_000);
        slow.push(connect(app, &form).await.unwrap());
    }
    // So that all of them have begun.
    while !is_answered(app, client, 1000).await {}
    slow
}

#[tokio::test]
async fn a_client_whose_large_forms_do_not_arrive_waits_alone() {
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let (one, other) = ("192.0.2.1", "192.0.2.2");
    let mut slow = slow_forms(&app, one).await;
    let fifth = unfinished_form(one, 20_000) + "x";
    let fifth = connect(&app, &fifth).await.unwrap();
    for (client, length) in [(one, 1000), (other, 20_000), (other, 1000)] {
        assert!(
            is_answered(&app, client, length).await,
            "{client}, {length} bytes"
        );
    }
    let waits = fifth.try_read(&mut [0]);
    assert!(waits.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock));
    // Until one of them is here.
    slow[0].write_all(b"x").await.unwrap();
    assert!(rest(fifth).await.starts_with("HTTP/1.1 4"));
}

/// Anybody can have as many networks as they like.
#[tokio::test]
async fn the_large_forms_of_all_clients_together_are_limited() {
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let mut slow = Vec::new();
    for number in 1..=64 {
        slow.extend(slow_forms(&app, &format!("192.0.2.{number}")).await);
    }
    let other = "198.51.100.1";
    assert!(is_answered(&app, other, 1000).await);
    let one_more = unfinished_form(other, 20_000) + "x";
    let one_more = connect(&app, &one_more).await.unwrap();
    while !is_answered(&app, other, 1000).await {}
    let waits = one_more.try_read(&mut [0]);
    assert!(waits.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock));
    // Those that don't arrive make room.
    let answer = timeout(HALF_A_MINUTE, rest(one_more)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
}

#[tokio::test]
async fn large_forms_that_do_not_arrive_make_room_for_others() {
    let app = TestApp::start_with(&[("TRUSTED_PROXIES", "127.0.0.1")]).await;
    let one = "192.0.2.1";
    let slow = slow_forms(&app, one).await;
    // None of them is finished.
    let answered = timeout(HALF_A_MINUTE, is_answered(&app, one, 20_000)).await;
    assert!(answered.unwrap());
    // One of them has ended for it.
    let slow = slow.into_iter().map(|stream| Box::pin(rest(stream)));
    let (answer, _, others) = select_all(slow).await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("retry-after: 10"), "{answer}");
    assert!(is_answered(&app, "192.0.2.2", 1000).await);
    for other in others {
        assert_eq!(other.now_or_never(), None);
    }
}
