//! `cargo xtask`: the project's chores, each behind one command.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program speaks on the terminal"
)]

mod bench;
mod doctor;
mod golden_update;
mod passed;
mod paths;
mod remove_notes;
mod run;
mod setup;
mod shell;
mod stack;
mod test;
mod test_programs;
mod tutorial;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// Set up, run, test and measure the project.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the app and serve it, after setting up what's missing
    Run(run::Options),
    /// Run every test, or only the parts you name
    Test {
        /// `sdk` takes minutes to compile, so it only runs when you name it
        #[arg(value_name = "PART")]
        parts: Vec<test::Part>,
    },
    /// Measure everything, or only one thing
    Bench {
        #[command(subcommand)]
        benchmark: Option<bench::Benchmark>,
    },
    /// Take over newer recordings of a real Appwrite, for the tests of the local one
    GoldenUpdate {
        /// The folder with the scenarios
        folder: PathBuf,
    },
    /// Take the example out of the app: the notes
    RemoveNotes,
    /// Check the configured Appwrite
    Doctor,
    /// Only set up what's missing
    Setup,
}

fn main() -> ExitCode {
    let done = match Cli::parse().task {
        Task::Run(options) => run::run(&options),
        Task::Test { parts } => test::test(parts),
        Task::Bench { benchmark } => bench::bench(benchmark),
        Task::GoldenUpdate { folder } => golden_update::golden_update(&folder),
        Task::RemoveNotes => shell::open().and_then(|sh| remove_notes::remove_notes(&sh)),
        Task::Doctor => return doctor::doctor(),
        Task::Setup => setup::shell_with(setup::Tool::ALL.iter().copied()).map(drop),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
