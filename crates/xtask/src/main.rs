//! `cargo xtask`: everything that has to be typed, in one place.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program speaks on the terminal"
)]

mod bench;
mod env;
mod parts;
mod preflight;
mod process;
mod run;
mod setup;
mod test;

use std::process::ExitCode;

/// What a task says when it cannot go on: one line.
pub type Result<T, E = String> = std::result::Result<T, E>;

const HELP: &str = "\
Usage: cargo xtask <task>

  run [--release] [--watch] [--addr ADDR]
                  build and serve the app, after setting up what is missing
  test [PART …]   run every test, or only these parts:
                  fmt wasm-deps clippy doc unit router local golden contract e2e, and
                  sdk, which runs only when it is named
  bench [PART …] [--connections N] [--seconds N]
                  measure, or only these parts: local
  setup           only set up what is missing
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments.as_slice() {
        [] | ["help" | "--help" | "-h", ..] => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        ["run", options @ ..] => match run::Options::parse(options) {
            Ok(options) => run::run(&options),
            Err(error) => return usage(&error),
        },
        ["test", parts @ ..] => match parts::Part::parse(parts) {
            Ok(parts) => test::test(&parts),
            Err(error) => return usage(&error),
        },
        ["bench", options @ ..] => match bench::Options::parse(options) {
            Ok(options) => bench::bench(&options),
            Err(error) => return usage(&error),
        },
        ["setup"] => setup::for_tests().map(|_| ()),
        [task, ..] => return usage(&format!("there is no task \"{task}\"")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage(error: &str) -> ExitCode {
    eprintln!("error: {error}; `cargo xtask --help` lists what there is");
    ExitCode::from(2)
}
