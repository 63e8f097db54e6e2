//! `cargo xtask bench`

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use xshell::{Shell, cmd};

use crate::{
    setup::{self, Tool},
    shell::{self, cargo},
    stack::Stack,
};

/// Something to measure.
#[derive(Subcommand)]
pub enum Benchmark {
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

/// Measures one thing, or everything.
pub fn bench(benchmark: Option<Benchmark>) -> Result<()> {
    match benchmark {
        Some(Benchmark::Local(load)) => local(&load),
        Some(Benchmark::Size(options)) => size(&shell_with_all()?, &options),
        None => {
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
    let mut bench = cargo(&sh).args(["bench", "-p", "appwrite-local", "--bench", "load", "--"]);
    if let Some(connections) = load.connections {
        bench = bench.arg("--connections").arg(connections.to_string());
    }
    if let Some(seconds) = load.seconds {
        bench = bench.arg("--seconds").arg(seconds.to_string());
    }
    Ok(bench.run()?)
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
