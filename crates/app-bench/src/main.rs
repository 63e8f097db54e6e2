//! The app as it's deployed under load: `cargo xtask bench app` measures it, and `cargo xtask bench
//! people` looks at whose data it answers with.
//!
//! A stand-in for Appwrite answers at once. What's measured is measured in turn with the least that a
//! server can do (`app-bench-limit`): everything shares one machine, so a rate alone means little.
//! Compare it with the limit's.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program speaks on the terminal"
)]

mod cases;
mod http;
mod load;
mod notes;
mod people;
mod person;
mod server;
mod upstream;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result};
use clap::{Args, Parser};

use crate::{
    cases::{CASES, Visitor, page},
    load::{Measured, connect, measure},
    person::Person,
    server::{Server, free_addr},
};

/// Puts the app under load.
#[derive(Parser)]
enum Task {
    /// Measures it, beside the least that a server can do
    App(Options),
    /// Has many people use it at once, and looks for data of one of them in what another gets
    People(people::Options),
}

/// What to measure, and how.
#[derive(Args)]
struct Options {
    /// The app's program
    app: PathBuf,
    /// Another build of it to compare with
    #[arg(long, value_name = "PROGRAM")]
    against: Option<PathBuf>,
    /// Connections at a time
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// How long each round of a case takes
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// How many rounds
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long Appwrite takes for an answer, in milliseconds
    #[arg(long, value_name = "MS")]
    delay: Option<u64>,
    /// Only cases with this in their name
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let task = async {
        match Task::parse() {
            Task::App(options) => bench(options).await,
            Task::People(options) => people::people(options).await,
        }
    };
    let result = tokio::select! {
        result = task => result,
        // Leaving the task stops the servers. They'd outlive a program killed by a signal.
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("told to stop")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A program to measure, running.
struct Subject {
    name: &'static str,
    program: Program,
    server: Server,
    first_answers: Vec<f64>,
}

/// How to start it.
enum Program {
    App(PathBuf),
    Limit(Pages),
}

/// The app's own pages, with gaps for what the limit gets from Appwrite.
struct Pages {
    sign_in: String,
    account: String,
    // notes: begin
    notes: String,
    // notes: end
}

impl Program {
    async fn start(&self, upstream: SocketAddr) -> Result<Server> {
        let addr = free_addr()?;
        let command = match self {
            Self::App(program) => server::app(program, addr, upstream),
            Self::Limit(pages) => limit(pages, addr, upstream)?,
        };
        Server::start(command, addr).await
    }
}

fn limit(pages: &Pages, addr: SocketAddr, upstream: SocketAddr) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?.with_file_name("app-bench-limit"));
    command
        .arg(addr.to_string())
        .arg(format!("http://{upstream}/v1"))
        .arg(&pages.sign_in)
        .arg(&pages.account)
        .stderr(Stdio::null());
    // notes: begin
    command.arg(&pages.notes);
    // notes: end
    Ok(command)
}

async fn bench(options: Options) -> Result<()> {
    let delay = options.delay.map(Duration::from_millis);
    let upstream = upstream::start(delay).await?;
    let (visitor, pages) = visitor(&options.app, upstream).await?;
    let programs = [
        Some(("the app", Program::App(options.app))),
        options
            .against
            .map(|program| ("compared with", Program::App(program))),
        Some(("the limit", Program::Limit(pages))),
    ];
    let mut subjects = Vec::new();
    for (name, program) in programs.into_iter().flatten() {
        subjects.push(Subject {
            name,
            server: program.start(upstream).await?,
            program,
            first_answers: Vec::new(),
        });
    }
    for _ in 0..options.rounds {
        for subject in &mut subjects {
            let started = subject.program.start(upstream).await?;
            let milliseconds = started.first_answer.as_secs_f64() * 1000.0;
            subject.first_answers.push(milliseconds);
        }
    }

    println!(
        "{} connections; medians of {} rounds of {} s each.\n\n{:<15} {:<14} {:>10} {:>9} {:>8} {:>8} {:>10} {:>9} {:>8}",
        options.connections,
        options.rounds,
        options.seconds,
        "",
        "",
        "requests/s",
        "of limit",
        "p50 ms",
        "p99 ms",
        "CPU s/1000",
        "of limit",
        "RSS MiB",
    );
    let duration = Duration::try_from_secs_f64(options.seconds)?;
    let only = options.only.as_deref().unwrap_or_default();
    for case in CASES.iter().filter(|case| case.name.contains(only)) {
        let mut rounds = vec![Vec::new(); subjects.len()];
        for _ in 0..options.rounds {
            for (subject, rounds) in subjects.iter().zip(&mut rounds) {
                let connections = options.connections;
                let round = measure(&subject.server, case, visitor, connections, duration).await;
                rounds.push(round.with_context(|| subject.name.to_owned())?);
            }
        }
        let medians: Vec<Measured> = rounds.iter().map(|rounds| medians(rounds)).collect();
        let Some(limit) = medians.last() else { break };
        for (subject, measured) in subjects.iter().zip(&medians) {
            print(case.name, subject, measured, limit);
        }
    }
    println!();
    for subject in &subjects {
        println!(
            "{:<14} first answer {:.1} ms after the start, {} MiB idle",
            subject.name,
            median(subject.first_answers.iter().copied()),
            or_dash(subject.server.idle_memory, 1),
        );
    }
    Ok(())
}

/// Signs in to the app, and looks at its pages. The visitor stays until the program ends.
async fn visitor(app: &Path, upstream: SocketAddr) -> Result<(&'static Visitor, Pages)> {
    let server = Program::App(app.to_owned()).start(upstream).await?;
    let app = &mut connect(server.addr).await?;
    let person = Person::numbered(0);
    let visitor = Visitor::sign_in(app, person).await?;
    let without_name = |page: String| page.replace(&person.name(), "{name}");
    let pages = Pages {
        sign_in: page(app, "/signin", "").await?,
        account: without_name(page(app, "/account", &visitor.cookies).await?),
        // notes: begin
        notes: {
            let page = without_name(page(app, "/notes", &visitor.cookies).await?);
            notes::page_without_titles(&page, person)
        },
        // notes: end
    };
    Ok((Box::leak(Box::new(visitor)), pages))
}

fn medians(rounds: &[Measured]) -> Measured {
    let of = |what: fn(&Measured) -> f64| median(rounds.iter().map(what));
    Measured {
        rate: of(|round| round.rate),
        p50: of(|round| round.p50),
        p99: of(|round| round.p99),
        cpu: rounds
            .iter()
            .all(|round| round.cpu.is_some())
            .then(|| of(|round| round.cpu.unwrap_or_default())),
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

fn print(case: &str, subject: &Subject, measured: &Measured, limit: &Measured) {
    let cpu_ratio = measured.cpu.zip(limit.cpu);
    println!(
        "{case:<15} {:<14} {:>10.0} {:>7.0} % {:>8.2} {:>8.2} {:>10} {:>9} {:>8}",
        subject.name,
        measured.rate,
        measured.rate / limit.rate * 100.0,
        measured.p50,
        measured.p99,
        or_dash(measured.cpu, 4),
        cpu_ratio.map_or("–".to_owned(), |(cpu, limit)| format!(
            "{:.1} ×",
            cpu / limit
        )),
        or_dash(subject.server.memory(), 1),
    );
}

/// A number, or a dash if the system doesn't provide it.
fn or_dash(number: Option<f64>, decimals: usize) -> String {
    number.map_or("–".to_owned(), |number| format!("{number:.decimals$}"))
}
