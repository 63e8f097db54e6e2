//! `cargo xtask bench`

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use xshell::{Shell, cmd};

use crate::{
    paths,
    setup::{self, Tool},
    shell::{self, cargo},
    stack::Stack,
};

/// Something to measure.
#[derive(Subcommand)]
pub enum Benchmark {
    /// The app as it's deployed under load, beside the least that a server can do
    App(App),
    /// A million requests of many people to the app as it's deployed; fails if one gets another's data
    People(People),
    /// The local Appwrite under load
    Local(Load),
    /// What pages weigh in a browser; fails over the budgets in end2end/bench/size-budget.json
    Size(Size),
}

/// How much load.
#[derive(Args, Default)]
pub struct Load {
    /// Connections at a time
    #[arg(long)]
    connections: Option<usize>,
    /// How long each case runs
    #[arg(long)]
    seconds: Option<f64>,
}

impl Load {
    /// As the programs that make the load take it.
    fn arguments(&self) -> Vec<String> {
        [
            argument("connections", self.connections),
            argument("seconds", self.seconds),
        ]
        .concat()
    }
}

/// An argument of another program, if it's given.
fn argument(name: &str, value: Option<impl ToString>) -> Vec<String> {
    value.map_or_else(Vec::new, |value| {
        vec![format!("--{name}"), value.to_string()]
    })
}

/// How to load the app.
#[derive(Args, Default)]
pub struct App {
    #[command(flatten)]
    load: Load,
    /// How many rounds each case has
    #[arg(long)]
    rounds: Option<usize>,
    /// How long Appwrite takes for an answer, in milliseconds
    #[arg(long, value_name = "MS")]
    delay: Option<u64>,
    /// Another build of the app to compare with
    #[arg(long, value_name = "PROGRAM")]
    against: Option<PathBuf>,
    /// Only cases with this in their name
    #[arg(long, value_name = "TEXT")]
    only: Option<String>,
}

/// How long many people use the app.
#[derive(Args)]
pub struct People {
    /// How many requests
    #[arg(long)]
    requests: Option<usize>,
}

/// How to weigh.
#[derive(Args, Default)]
pub struct Size {
    /// Also write the numbers to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Leave out the times
    #[arg(long)]
    bytes_only: bool,
}

impl Size {
    /// Only what is the same on every machine.
    pub const BYTES: Self = Self {
        json: None,
        bytes_only: true,
    };
}

/// Measures one thing, or everything. The people measure nothing, so they only come if they're named.
pub fn bench(benchmark: Option<Benchmark>) -> Result<()> {
    match benchmark {
        Some(Benchmark::App(options)) => app(&options),
        Some(Benchmark::People(options)) => people(&options),
        Some(Benchmark::Local(load)) => local(&load),
        Some(Benchmark::Size(options)) => size(&shell_with_all()?, &options),
        None => {
            app(&App::default())?;
            local(&Load::default())?;
            size(&shell_with_all()?, &Size::default())
        }
    }
}

fn shell_with_all() -> Result<Shell> {
    setup::shell_with(Tool::ALL.iter().copied())
}

/// Needs no set-up: cargo alone builds the server and the load.
fn local(load: &Load) -> Result<()> {
    let sh = shell::open()?;
    let bench = cargo(&sh).args(["bench", "-p", "appwrite-local", "--bench", "load", "--"]);
    Ok(bench.args(load.arguments()).run()?)
}

fn app(options: &App) -> Result<()> {
    let arguments = [
        options.load.arguments(),
        argument("rounds", options.rounds),
        argument("delay", options.delay),
        argument("only", options.only.as_ref()),
        argument("against", options.against.as_ref().map(|it| it.display())),
    ];
    app_bench("app", arguments.concat())
}

fn people(options: &People) -> Result<()> {
    app_bench("people", argument("requests", options.requests))
}

/// With the app as it's deployed, and the least that a server can do built the same way.
fn app_bench(task: &str, arguments: Vec<String>) -> Result<()> {
    let sh = setup::shell_with(Tool::TO_RELEASE.iter().copied())?;
    let release = ["build", "--release", "--precompress"];
    cargo(&sh).arg("leptos").args(release).run()?;
    let bench = ["build", "--profile", "dist", "-p", "app-bench", "--bins"];
    cargo(&sh).args(bench).run()?;
    let programs = paths::target().join("dist");
    let bench = sh.cmd(programs.join("app-bench")).arg(task);
    let app = programs.join("leptos-appwrite");
    Ok(bench.arg(app).args(arguments).run()?)
}

/// Weighs each page with the bundle as it's released, and fails over the budgets.
pub fn size(sh: &Shell, options: &Size) -> Result<()> {
    let stack = Stack::start(sh)?;
    let mut size = cmd!(sh, "node end2end/bench/size.js").envs(stack.vars());
    if let Some(file) = &options.json {
        size = size.arg("--json").arg(file);
    }
    if options.bytes_only {
        size = size.arg("--bytes-only");
    }
    Ok(size.run()?)
}
