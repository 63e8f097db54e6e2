use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The real program with these variables and no others, in a folder without a `.env`.
pub fn program(vars: &[(&str, &str)], arguments: &[&str]) -> Command {
    let folder = program_folder();
    let mut command = Command::new(folder.join("leptos-appwrite"));
    command
        .env_clear()
        .env("LEPTOS_SITE_ROOT", folder.join("site"))
        .envs(vars.iter().copied())
        .args(arguments)
        .current_dir(std::env::temp_dir());
    command
}

/// A folder with the program and the files that it serves. Beside the original there may or may not
/// be some of another build.
pub fn program_folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("program");
        let _ = fs::remove_dir_all(&folder);
        let pkg = folder.join("site/pkg");
        fs::create_dir_all(&pkg).unwrap();
        for file in ["app.css", "app.js", "app.wasm"] {
            fs::write(pkg.join(file), "").unwrap();
        }
        let original = env!("CARGO_BIN_EXE_leptos-appwrite");
        fs::hard_link(original, folder.join("leptos-appwrite")).unwrap();
        folder
    })
}
