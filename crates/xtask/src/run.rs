//! `cargo xtask run`

use std::{path::Path, process::Command};

use crate::{
    Result,
    env::{root, target},
    preflight::{self, Vars},
    process,
    setup::{self, Tools},
};

/// How to run.
#[derive(Default)]
pub struct Options {
    release: bool,
    watch: bool,
    addr: Option<String>,
}

impl Options {
    /// Reads the command line.
    pub fn parse(arguments: &[&str]) -> Result<Self> {
        let mut options = Self::default();
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match *argument {
                "--release" => options.release = true,
                "--watch" => options.watch = true,
                "--addr" => {
                    let addr = arguments.next().ok_or("--addr needs an address")?;
                    options.addr = Some((*addr).to_owned());
                }
                other => return Err(format!("run does not know \"{other}\"")),
            }
        }
        Ok(options)
    }
}

/// Builds the app and serves it until Ctrl-C.
pub fn run(options: &Options) -> Result<()> {
    let vars = Vars::load(&root())?;
    let has_appwrite = vars.has_appwrite()?;
    let addr = match &options.addr {
        Some(addr) => addr
            .parse()
            .map_err(|_| format!("--addr {addr} is not an address with a port"))?,
        None => vars.addr("LEPTOS_SITE_ADDR", "127.0.0.1:3000")?,
    };
    preflight::free(
        addr,
        "the app",
        "--addr or LEPTOS_SITE_ADDR chooses another address",
    )?;
    if !has_appwrite {
        let local = vars.addr("APPWRITE_LOCAL_ADDR", "127.0.0.1:9080")?;
        preflight::free(
            local,
            "the local Appwrite",
            "APPWRITE_LOCAL_ADDR chooses another address",
        )?;
    }
    let tools = setup::for_builds(options.release)?;
    let set = |command: &mut Command| {
        command.env("LEPTOS_SITE_ADDR", addr.to_string());
        if !has_appwrite {
            // A release build starts the local Appwrite only when it is told to.
            command.env("APPWRITE_LOCAL", "true");
        }
    };
    if options.watch {
        let mut watch = leptos(&tools, "watch", options.release);
        set(&mut watch);
        return serve(&mut watch);
    }
    process::run(&mut leptos(&tools, "build", options.release))?;
    let profile = if options.release { "release" } else { "debug" };
    let mut server = server(&target().join(profile));
    set(&mut server);
    serve(&mut server)
}

/// `cargo leptos` with a subcommand.
pub fn leptos(tools: &Tools, subcommand: &str, release: bool) -> Command {
    let mut command = tools.command("cargo");
    command.args(["leptos", subcommand]);
    if release {
        command.args(["--release", "--precompress"]);
    }
    command
}

/// The app's server, as cargo-leptos built it into a folder.
pub fn server(folder: &Path) -> Command {
    process::command(&folder.join("leptos-appwrite").to_string_lossy())
}

/// Runs a server to its end. Ctrl-C reaches it too, as it shares our terminal; a signal that only
/// we get is passed on by ending it.
fn serve(command: &mut Command) -> Result<()> {
    let mut child = command
        .spawn()
        .map_err(|error| format!("the server cannot be started: {error}"))?;
    let id = child.id();
    ctrlc::set_handler(move || terminate(id))
        .map_err(|error| format!("Ctrl-C cannot be handled: {error}"))?;
    match child.wait() {
        Ok(status) if status.success() => Ok(()),
        // What it complained of stands above.
        Ok(_) => std::process::exit(1),
        Err(error) => Err(format!("the server cannot be waited for: {error}")),
    }
}

/// Asks a process to end, as `kill` does: it finishes its requests first.
fn terminate(id: u32) {
    let _ = Command::new("kill")
        .args(["-TERM", &id.to_string()])
        .status();
}
