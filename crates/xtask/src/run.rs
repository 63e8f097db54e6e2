//! `cargo xtask run`

use std::{net::SocketAddr, process::Command};

use anyhow::{Result, anyhow};
use clap::Args;
use xshell::{Cmd, Shell};

use crate::{
    paths,
    setup::{self, Tool},
    shell,
};

/// How to run.
#[derive(Args)]
pub struct Options {
    /// Optimise, as for production
    #[arg(long)]
    release: bool,
    /// Rebuild and reload when a file changes
    #[arg(long)]
    watch: bool,
    /// Listen on this address instead of LEPTOS_SITE_ADDR
    #[arg(long)]
    addr: Option<SocketAddr>,
}

/// Builds the app and serves it until Ctrl-C.
pub fn run(options: &Options) -> Result<()> {
    let tools = if options.release {
        Tool::TO_RELEASE
    } else {
        Tool::TO_BUILD
    };
    let sh = setup::shell_with(tools.iter().copied())?;
    // A release build starts its local Appwrite only when it's told to. Nothing starts it where an
    // Appwrite is configured: the server decides that, as it's the one that reads the configuration.
    sh.set_var("APPWRITE_LOCAL", "true");
    if let Some(addr) = options.addr {
        sh.set_var("LEPTOS_SITE_ADDR", addr.to_string());
    }
    if options.watch {
        return replace_this_program(leptos(&sh, "watch", options.release));
    }
    leptos(&sh, "build", options.release).run()?;
    let profile = if options.release { "dist" } else { "debug" };
    replace_this_program(sh.cmd(paths::target().join(profile).join("leptos-appwrite")))
}

fn leptos<'a>(sh: &'a Shell, subcommand: &str, release: bool) -> Cmd<'a> {
    let options: &[&str] = if release {
        &["--release", "--precompress"]
    } else {
        &[]
    };
    // Otherwise cargo-leptos leaves the local Appwrite out.
    let with_local = ["--bin-features", "local"];
    let leptos = shell::cargo(sh).args(["leptos", subcommand]);
    leptos.args(with_local).args(options)
}

/// Becomes another program, so that every signal is that one's to handle.
#[cfg(unix)]
fn replace_this_program(cmd: Cmd<'_>) -> Result<()> {
    use std::os::unix::process::CommandExt as _;

    let program = cmd.to_string();
    let error = Command::from(cmd).exec();
    Err(anyhow!("cannot start {program}: {error}"))
}

/// Runs another program. Ctrl-C reaches it too, as it shares our terminal.
#[cfg(not(unix))]
fn replace_this_program(cmd: Cmd<'_>) -> Result<()> {
    Ok(cmd.quiet().run()?)
}
