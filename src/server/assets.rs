//! The names of the files that cargo-leptos builds.

use std::{fs, path::Path};

use super::config::Site;

/// The `output-name` in cargo-leptos' settings.
const NAME: &str = "app";

/// The paths of the bundle's files, as pages refer to them.
#[derive(Debug)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The script that the loader imports.
    pub js: String,
    /// The WASM module.
    pub wasm: String,
    /// The port on which `cargo leptos watch` announces a rebuild. `None` when nothing watches.
    pub reload_port: Option<u16>,
}

impl Assets {
    /// Reads the hashes that cargo-leptos writes next to the program. Without them, as in tests,
    /// the names have no hash.
    pub fn find(site: &Site) -> Self {
        let hashes = std::env::current_exe()
            .ok()
            .and_then(|program| fs::read_to_string(program.with_file_name("hash.txt")).ok())
            .unwrap_or_default();
        let path = |extension: &str| {
            let hash = hashes
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(kind, _)| *kind == extension)
                .map(|(_, hash)| format!(".{}", hash.trim()))
                .unwrap_or_default();
            format!("/pkg/{NAME}{hash}.{extension}")
        };
        let assets = Self {
            css: path("css"),
            js: path("js"),
            wasm: path("wasm"),
            reload_port: site.reload_port,
        };
        if !exists(&site.root, &assets.css) {
            tracing::warn!(
                site_root = %site.root.display(),
                "the style sheet is not there; was the site built with cargo-leptos?"
            );
        }
        assets
    }
}

fn exists(root: &Path, path: &str) -> bool {
    root.join(path.trim_start_matches('/')).exists()
}
