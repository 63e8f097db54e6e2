//! Load: as many requests as a server answers, each on its connection after the other.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use tokio::{net::TcpStream, task::JoinSet};

use crate::{
    cases::{Case, Visitor},
    http::Connection,
    server::Server,
};

/// What one round has measured.
#[derive(Clone, Copy)]
pub struct Measured {
    /// Requests per second.
    pub rate: f64,
    /// The time that half of the answers took at most, in milliseconds.
    pub p50: f64,
    /// The same of 99 in 100.
    pub p99: f64,
    /// The server's processor time per thousand requests, in seconds.
    pub cpu: Option<f64>,
}

/// Sends one kind of request for a while, on so many connections.
pub async fn measure(
    server: &Server,
    case: &'static Case,
    visitor: &'static Visitor,
    connections: usize,
    duration: Duration,
) -> Result<Measured> {
    let mut opened = Vec::with_capacity(connections);
    for _ in 0..connections {
        opened.push(connect(server.addr).await?);
    }
    let cpu = server.cpu();
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for mut connection in opened {
        tasks.spawn(async move {
            let mut latencies = Vec::with_capacity(64 * 1024);
            let mut request = Vec::with_capacity(2048);
            loop {
                request.clear();
                (case.write)(&mut request, visitor);
                let sent = Instant::now();
                exchange(&mut connection, &request, case.status).await?;
                latencies.push(sent.elapsed());
                if start.elapsed() >= duration {
                    return anyhow::Ok(latencies);
                }
            }
        });
    }
    let mut latencies = Vec::new();
    while let Some(task) = tasks.join_next().await {
        latencies.extend(task?.with_context(|| case.name.to_owned())?);
    }
    // Requests that were running at the end count, and so does their time.
    let took = start.elapsed();
    let cpu = cpu
        .zip(server.cpu())
        .map(|(before, after)| after.saturating_sub(before).as_secs_f64());
    latencies.sort_unstable();
    let requests = latencies.len() as f64;
    let percentile = |percent: usize| {
        let rank = (latencies.len() * percent).div_ceil(100);
        let latency = latencies.get(rank.saturating_sub(1));
        latency.copied().unwrap_or_default().as_secs_f64() * 1000.0
    };
    Ok(Measured {
        rate: requests / took.as_secs_f64(),
        p50: percentile(50),
        p99: percentile(99),
        cpu: cpu.map(|cpu| cpu / requests * 1000.0),
    })
}

/// A new connection to a server.
pub async fn connect(addr: SocketAddr) -> Result<Connection> {
    Ok(Connection::new(TcpStream::connect(addr).await?)?)
}

async fn exchange(connection: &mut Connection, request: &[u8], status: u16) -> Result<()> {
    connection.send(request).await?;
    let answer = connection.receive().await?.context("it hung up")?;
    if answer.status() != Some(status) {
        let body = String::from_utf8_lossy(answer.body);
        bail!("not {status} but {}{body}", answer.head);
    }
    Ok(())
}
