use std::process::Command;

/// The real program with these variables and no others, in a folder without a `.env`.
pub fn program(vars: &[(&str, &str)], arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leptos-appwrite"));
    command
        .env_clear()
        .envs(vars.iter().copied())
        .args(arguments)
        .current_dir(std::env::temp_dir());
    command
}
