//! Load on a running local Appwrite, with its data on the disk: `cargo xtask bench local`.
//!
//! Each case also runs against a bare axum handler, which just answers with as many bytes as `GET
//! /account` has. Load and server share one machine, so a rate alone means little: compare it with
//! the bare handler's in the next line.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program speaks on the terminal"
)]

use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, ExitCode, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{Router, body::Bytes, http::header};
use futures::{StreamExt, TryStreamExt, future::try_join_all, stream};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tokio::task::JoinSet;

type Result<T, E = String> = std::result::Result<T, E>;

/// If this variable is set, the program is the bare handler, on the port that the variable names.
const BARE: &str = "BENCH_BARE";
/// The bare handler's answer.
const BARE_BODY: &str = "BENCH_BARE_BODY";

const PROJECT: &str = "local";
const KEY: &str = "bench-key";
const PASSWORD: &str = "password-1";

/// Hashing a password keeps a core busy for a long time, so more connections would just queue up.
const PASSWORD_CONNECTIONS: usize = 8;
/// A user's eleventh session ends their first.
const SESSIONS_PER_USER: usize = 10;
/// Longer than the slowest request takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> ExitCode {
    let result = match env::var(BARE) {
        Ok(port) => bare(&port).await,
        Err(_) => tokio::select! {
            result = bench() => result,
            // Leaving `bench` stops the servers. They'd outlive a program killed by a signal.
            () = told_to_stop() => Err("told to stop".to_owned()),
        },
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let terminated = signal(SignalKind::terminate());
        let hung_up = signal(SignalKind::hangup());
        if let (Ok(mut terminated), Ok(mut hung_up)) = (terminated, hung_up) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
                _ = hung_up.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}

/// How much load.
struct Options {
    connections: usize,
    duration: Duration,
}

impl Options {
    /// Reads the command line. Cargo adds arguments of its own, so unknown ones are ignored.
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self {
            connections: 32,
            duration: Duration::from_secs(5),
        };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--connections" => {
                    options.connections = arguments
                        .next()
                        .and_then(|value| value.parse().ok())
                        .filter(|connections| *connections > 0)
                        .ok_or("--connections needs a number, 1 or more")?;
                }
                "--seconds" => {
                    options.duration = arguments
                        .next()
                        .and_then(|value| value.parse().ok())
                        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
                        .filter(|duration| !duration.is_zero())
                        .ok_or("--seconds needs a number above 0")?;
                }
                _ => {}
            }
        }
        Ok(options)
    }
}

async fn bench() -> Result<()> {
    let options = Options::parse(env::args().skip(1))?;
    let port = free_port()?;
    let data = Folder::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_appwrite-local"));
    command
        .arg("--data")
        .arg(&data.0)
        .args(["--key", KEY, "--project", PROJECT])
        .args(["--addr", &format!("127.0.0.1:{port}")])
        // Don't measure logging that a developer has turned on.
        .args(["--log", "warn"]);
    let base = format!("http://127.0.0.1:{port}/v1");
    let server = Server::start("local Appwrite", &mut command, base).await?;

    let (users, sessions) = set_up(&server.base, options.connections).await?;
    let body = account(&server.base, &sessions[0]).await?;
    fill(&server.base).await?;

    let port = free_port()?;
    let program = env::current_exe()
        .map_err(|error| format!("this program's own file cannot be found: {error}"))?;
    let mut command = Command::new(program);
    command.env(BARE, port.to_string()).env(BARE_BODY, &body);
    let base = format!("http://127.0.0.1:{port}");
    let bare = Server::start("bare handler", &mut command, base).await?;

    println!(
        "Each case takes {} s; bodies of {} bytes from the bare handler.\n",
        options.duration.as_secs_f64(),
        body.len()
    );
    print_head();
    for case in cases(options.connections, users, sessions) {
        let measured = case.measure(&server, case.status, options.duration).await?;
        measured.print(case.name, case.connections);
        let measured = case.measure(&bare, 200, options.duration).await?;
        measured.print("  bare handler", case.connections);
    }
    println!();
    server.print();
    bare.print();
    Ok(())
}

/// Answers any request with the same body.
async fn bare(port: &str) -> Result<()> {
    let port: u16 = port
        .parse()
        .map_err(|_| format!("{BARE}={port} is not a port"))?;
    let body = env::var(BARE_BODY).map_err(|error| format!("{BARE_BODY}: {error}"))?;
    let body = Bytes::from(body);
    // Taking the body as an argument reads it, as every route of the local Appwrite does.
    let answer = move |_: Bytes| {
        let kind = [(header::CONTENT_TYPE, "application/json; charset=utf-8")];
        std::future::ready((kind, body))
    };
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| format!("cannot listen on port {port} ({error})"))?;
    axum::serve(listener, Router::new().fallback(answer))
        .await
        .map_err(|error| format!("the bare handler ended: {error}"))
}

fn free_port() -> Result<u16> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|addr: SocketAddr| addr.port())
        .map_err(|error| format!("no port is free: {error}"))
}

/// A client with a single connection that stays open.
fn client() -> Result<Client> {
    Client::builder()
        .http1_only()
        .no_proxy()
        .pool_max_idle_per_host(1)
        .timeout(PATIENCE)
        .build()
        .map_err(|error| format!("no client can be made: {}", reason(&error)))
}

/// An error with all its causes. On its own, it only says that a request failed.
fn reason(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

/// Sends a request and reads the whole answer, which must have this status.
async fn send(request: RequestBuilder, what: &str, status: u16) -> Result<Bytes> {
    let failed = |error: reqwest::Error| format!("{what}: {}", reason(&error));
    let response = request.send().await.map_err(failed)?;
    let answered = response.status().as_u16();
    let body = response.bytes().await.map_err(failed)?;
    if answered != status {
        let body = String::from_utf8_lossy(&body);
        return Err(format!("{what}: status {answered}, not {status}: {body}"));
    }
    Ok(body)
}

/// Creates the users who sign in, and a session for each connection.
async fn set_up(base: &str, connections: usize) -> Result<(Vec<String>, Vec<String>)> {
    let count = connections
        .div_ceil(SESSIONS_PER_USER)
        .max(PASSWORD_CONNECTIONS);
    let client = client()?;
    let users = (0..count).map(|user| {
        let client = &client;
        // The sessions are shared out evenly.
        let sessions = connections / count + usize::from(user < connections % count);
        async move {
            let email = format!("user-{user}@example.com");
            let request = with_project(client.post(format!("{base}/users")))
                .header("x-appwrite-key", KEY)
                .json(&new_user(&email));
            send(request, "POST /users", 201).await?;
            let mut secrets = Vec::with_capacity(sessions);
            for _ in 0..sessions {
                // Only a key gets to see the secret.
                let request = sign_in(client, base, &email).header("x-appwrite-key", KEY);
                let what = "POST /account/sessions/email";
                let session = send(request, what, 201).await?;
                let session: Value = serde_json::from_slice(&session)
                    .map_err(|error| format!("{what}: not JSON: {error}"))?;
                let secret = session["secret"]
                    .as_str()
                    .filter(|secret| !secret.is_empty());
                secrets.push(secret.ok_or(format!("{what}: no secret"))?.to_owned());
            }
            Ok::<_, String>((email, secrets))
        }
    });
    // A few at a time, so that none of them times out.
    let users: Vec<_> = stream::iter(users)
        .buffered(PASSWORD_CONNECTIONS)
        .try_collect()
        .await?;
    let (emails, secrets): (Vec<_>, Vec<_>) = users.into_iter().unzip();
    Ok((emails, secrets.concat()))
}

fn with_project(request: RequestBuilder) -> RequestBuilder {
    request.header("x-appwrite-project", PROJECT)
}

fn get_account(client: &Client, base: &str, session: &str) -> RequestBuilder {
    with_project(client.get(format!("{base}/account"))).header("x-appwrite-session", session)
}

fn sign_in(client: &Client, base: &str, email: &str) -> RequestBuilder {
    let credentials = json!({ "email": email, "password": PASSWORD });
    with_project(client.post(format!("{base}/account/sessions/email"))).json(&credentials)
}

fn sign_up(client: &Client, base: &str, email: &str) -> RequestBuilder {
    with_project(client.post(format!("{base}/account"))).json(&new_user(email))
}

fn new_user(email: &str) -> Value {
    json!({ "userId": "unique()", "email": email, "password": PASSWORD, "name": "Somebody" })
}

/// The answer of `GET /account`.
async fn account(base: &str, session: &str) -> Result<String> {
    let answer = send(get_account(&client()?, base, session), "GET /account", 200).await?;
    String::from_utf8(answer.to_vec()).map_err(|error| format!("GET /account: {error}"))
}

/// Builds a request, given the server's base URL, the connection's number, and the request's number
/// on that connection.
type Request = dyn Fn(&Client, &str, usize, usize) -> RequestBuilder + Send + Sync;

/// A kind of request, many times over.
struct Case {
    name: &'static str,
    status: u16,
    connections: usize,
    request: Arc<Request>,
}

/// The cases. Reading comes first, because signing in ends old sessions.
fn cases(connections: usize, users: Vec<String>, sessions: Vec<String>) -> Vec<Case> {
    let few = connections.min(PASSWORD_CONNECTIONS);
    let mut cases = row_cases(connections);
    cases.extend([
        Case {
            name: "GET /account",
            status: 200,
            connections,
            request: Arc::new(move |client, base, connection, _| {
                get_account(client, base, &sessions[connection])
            }),
        },
        Case {
            name: "POST /account/sessions/email",
            status: 201,
            connections: few,
            request: Arc::new(move |client, base, connection, turn| {
                sign_in(client, base, &users[(connection + turn) % users.len()])
            }),
        },
        Case {
            name: "POST /account",
            status: 201,
            connections: few,
            request: Arc::new(|client, base, connection, turn| {
                // Random addresses spread across the index, like real ones.
                let random: u64 = rand::random();
                let email = format!("{random:016x}-{connection}-{turn}@example.com");
                sign_up(client, base, &email)
            }),
        },
    ]);
    cases
}

/// The cases with rows, in a table that has many.
fn row_cases(connections: usize) -> Vec<Case> {
    let case = |name, status, request: Arc<Request>| Case {
        name,
        status,
        connections,
        request,
    };
    let list = |query: fn() -> Value| -> Arc<Request> {
        Arc::new(move |client, base, _, _| {
            let queries = [
                query().to_string(),
                r#"{"method":"limit","values":[25]}"#.into(),
            ];
            by_key(client.get(format!("{base}{ROWS}")))
                .query(&queries.map(|query| ("queries[]", query)))
                .query(&[("total", "0")])
        })
    };
    vec![
        case(
            "GET rows, 25 by an index",
            200,
            list(|| {
                let group = rand::random_range(0..GROUPS);
                json!({ "method": "equal", "attribute": "group", "values": [group] })
            }),
        ),
        case(
            "GET rows, newest 25",
            200,
            list(|| json!({ "method": "orderDesc", "attribute": "$createdAt" })),
        ),
        case(
            "GET rows, search",
            200,
            list(|| {
                let word = format!("word{}", rand::random_range(0..ROW_COUNT));
                json!({ "method": "search", "attribute": "text", "values": [word] })
            }),
        ),
        case(
            "GET row",
            200,
            Arc::new(|client, base, _, _| {
                let number = rand::random_range(0..ROW_COUNT);
                by_key(client.get(format!("{base}{ROWS}/r{number}")))
            }),
        ),
        case(
            "POST row",
            201,
            Arc::new(|client, base, _, _| {
                let number = rand::random_range(0..ROW_COUNT);
                let row = json!({ "rowId": "unique()", "data": data(number) });
                by_key(client.post(format!("{base}{ROWS}"))).json(&row)
            }),
        ),
        case(
            "PATCH row",
            200,
            Arc::new(|client, base, _, turn| {
                let number = rand::random_range(0..ROW_COUNT);
                let change = json!({ "data": { "title": format!("Changed {turn}") } });
                by_key(client.patch(format!("{base}{ROWS}/r{number}"))).json(&change)
            }),
        ),
    ]
}

/// The rows of the table that the cases are about.
const ROWS: &str = "/tablesdb/main/tables/notes/rows";
/// How many there are.
const ROW_COUNT: usize = 100_000;
/// As many different values has their indexed column.
const GROUPS: usize = 1000;

fn by_key(request: RequestBuilder) -> RequestBuilder {
    with_project(request).header("x-appwrite-key", KEY)
}

fn data(number: usize) -> Value {
    json!({
        "title": format!("Note {number}"),
        "text": format!("This is the text of note {number}, with word{number} in it."),
        "group": number % GROUPS,
    })
}

/// Makes the table and its rows.
async fn fill(base: &str) -> Result<()> {
    const TOGETHER: usize = 100;
    let client = &client()?;
    let database = json!({ "databaseId": "main", "name": "Main" });
    let request = by_key(client.post(format!("{base}/tablesdb"))).json(&database);
    send(request, "POST /tablesdb", 201).await?;
    let table = json!({
        "tableId": "notes",
        "name": "Notes",
        "columns": [
            { "key": "title", "type": "string", "size": 100 },
            { "key": "text", "type": "string", "size": 1000 },
            { "key": "group", "type": "integer" },
        ],
        "indexes": [
            { "key": "groups", "type": "key", "attributes": ["group"] },
            { "key": "words", "type": "fulltext", "attributes": ["text"] },
        ],
    });
    let request = by_key(client.post(format!("{base}/tablesdb/main/tables"))).json(&table);
    send(request, "POST tables", 201).await?;
    let fill = (0..ROW_COUNT / TOGETHER).map(|part| async move {
        let numbers = part * TOGETHER..(part + 1) * TOGETHER;
        let rows: Vec<Value> = numbers
            .map(|number| {
                let mut row = data(number);
                row["$id"] = format!("r{number}").into();
                row
            })
            .collect();
        let request = by_key(client.post(format!("{base}{ROWS}"))).json(&json!({ "rows": rows }));
        send(request, "POST rows", 201).await
    });
    let mut filling = stream::iter(fill).buffer_unordered(4);
    while let Some(done) = filling.next().await {
        done?;
    }
    Ok(())
}

/// A folder for the data, deleted afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("appwrite-local-bench-{}", std::process::id());
        Self(env::temp_dir().join(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Case {
    async fn measure(&self, server: &Server, status: u16, duration: Duration) -> Result<Measured> {
        let what = format!("{} of the {}", self.name, server.name);
        // A connection's first request opens it, so it doesn't count.
        let first = (0..self.connections).map(|connection| {
            let what = &what;
            async move {
                let client = client()?;
                let request = (self.request)(&client, &server.base, connection, 0);
                send(request, what, status).await?;
                Ok::<_, String>(client)
            }
        });
        let clients = try_join_all(first).await?;

        let cpu = server.cpu();
        let start = Instant::now();
        let mut tasks = JoinSet::new();
        for (connection, client) in clients.into_iter().enumerate() {
            let request = Arc::clone(&self.request);
            let (base, what) = (server.base.clone(), what.clone());
            tasks.spawn(async move {
                let mut latencies = Vec::new();
                // At least one, so that there's something to report for every case.
                loop {
                    let request = request(&client, &base, connection, latencies.len() + 1);
                    let sent = Instant::now();
                    send(request, &what, status).await?;
                    latencies.push(sent.elapsed());
                    if start.elapsed() >= duration {
                        return Ok::<_, String>(latencies);
                    }
                }
            });
        }
        let mut latencies = Vec::new();
        while let Some(task) = tasks.join_next().await {
            latencies.extend(task.map_err(|error| format!("{what}: {error}"))??);
        }
        // Requests that were running at the end count, and so does their time.
        let took = start.elapsed();
        let cpu = cpu
            .zip(server.cpu())
            .map(|(before, after)| after.saturating_sub(before));
        latencies.sort_unstable();
        Ok(Measured {
            latencies,
            took,
            cpu,
        })
    }
}

/// A case's results.
struct Measured {
    /// Sorted.
    latencies: Vec<Duration>,
    took: Duration,
    /// The processor time of the server's threads.
    cpu: Option<Duration>,
}

fn print_head() {
    println!(
        "{:<28} {:>11} {:>9} {:>11} {:>9} {:>9} {:>9} {:>12}",
        "", "connections", "requests", "requests/s", "p50 ms", "p95 ms", "p99 ms", "CPU ms each"
    );
}

impl Measured {
    fn print(&self, name: &str, connections: usize) {
        let requests = self.latencies.len();
        let cpu = self.cpu.map(|cpu| millis(cpu) / requests as f64);
        println!(
            "{name:<28} {connections:>11} {requests:>9} {:>11.1} {:>9.2} {:>9.2} {:>9.2} {:>12}",
            requests as f64 / self.took.as_secs_f64(),
            millis(self.percentile(50)),
            millis(self.percentile(95)),
            millis(self.percentile(99)),
            or_dash(cpu, 3),
        );
    }

    /// The latency that this percentage of the requests stayed within.
    fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.latencies.len() * percent).div_ceil(100);
        let latency = self.latencies.get(rank.saturating_sub(1));
        latency.copied().unwrap_or_default()
    }
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// A number, or a dash if the system doesn't provide it.
fn or_dash(number: Option<f64>, decimals: usize) -> String {
    number.map_or("–".to_owned(), |number| format!("{number:.decimals$}"))
}

/// A server in its own process, which is killed when this value is dropped.
struct Server {
    name: &'static str,
    child: Child,
    base: String,
    first_answer: Duration,
    idle_memory: Option<f64>,
}

impl Server {
    /// Starts it and waits until it answers.
    async fn start(name: &'static str, command: &mut Command, base: String) -> Result<Self> {
        let client = client()?;
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let start = Instant::now();
        let child = command
            .spawn()
            .map_err(|error| format!("the {name} cannot be started: {error}"))?;
        let mut server = Self {
            name,
            child,
            base,
            first_answer: Duration::ZERO,
            idle_memory: None,
        };
        loop {
            let ping = with_project(client.get(format!("{}/ping", server.base)));
            match ping.send().await {
                Ok(answer) if answer.status().is_success() => break,
                Ok(answer) => {
                    return Err(format!(
                        "GET /ping of the {name}: status {}",
                        answer.status()
                    ));
                }
                Err(error) if error.is_connect() => {}
                Err(error) => {
                    return Err(format!("GET /ping of the {name}: {}", reason(&error)));
                }
            }
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("the {name} ended ({status})"));
            }
            if start.elapsed() > PATIENCE {
                return Err(format!("the {name} does not listen after {PATIENCE:?}"));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.first_answer = start.elapsed();
        server.idle_memory = server.memory("VmRSS:");
        Ok(server)
    }

    /// The processor time it has used.
    fn cpu(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).ok()?;
        // The program's name is in parentheses and may hold anything; the state follows it.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut ticks = fields.split_whitespace().skip(11).take(2);
        let user: u64 = ticks.next()?.parse().ok()?;
        let system: u64 = ticks.next()?.parse().ok()?;
        // Linux always counts a hundred ticks per second here.
        Some(Duration::from_millis((user + system) * 10))
    }

    /// A line of its memory status, in MB.
    fn memory(&self, line: &str) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let value = status.lines().find_map(|text| text.strip_prefix(line))?;
        let kibibytes: f64 = value.trim().trim_end_matches(" kB").parse().ok()?;
        Some(kibibytes * 1024.0 / 1e6)
    }

    /// Prints what it needed.
    fn print(&self) {
        println!(
            "{:<14}  first answer {:.0} ms after the start; memory: {} MB idle, {} MB after the \
             load, {} MB at most",
            self.name,
            millis(self.first_answer),
            or_dash(self.idle_memory, 1),
            or_dash(self.memory("VmRSS:"), 1),
            or_dash(self.memory("VmHWM:"), 1),
        );
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
