//! The files that cargo-leptos builds.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{config::Site, gzip::Precompressed};

/// The `output-name` in cargo-leptos' settings.
const NAME: &str = "app";

/// The bundle's files, as pages refer to them.
#[derive(Debug)]
pub struct Assets {
    /// The path of the style sheet.
    pub css: String,
    /// The style sheet itself, for pages to have in them. `None` where it has to be a file: if it isn't
    /// built, refers to other files by where it is, or changes while somebody watches.
    pub style_sheet: Option<Precompressed>,
    /// The script that the loader imports.
    pub js: String,
    /// The WASM module.
    pub wasm: String,
    /// The port on which `cargo leptos watch` announces a rebuild. `None` when nothing watches.
    pub reload_port: Option<u16>,
    /// Where the hashes in these names are read from.
    hashes: PathBuf,
}

/// Built files that aren't where they should be.
#[derive(Debug, PartialEq, Eq)]
pub enum Missing {
    /// Neither the files nor their hashes: nothing is built, or it's somewhere else.
    Everything,
    /// The file with the hashes, without which nobody knows the names of the others.
    Hashes(PathBuf),
    /// These files.
    Files(Vec<PathBuf>),
}

impl Assets {
    /// Reads the hashes that cargo-leptos writes next to the program. Without them, as in tests,
    /// the names have no hash.
    pub fn find(site: &Site) -> Self {
        let program = std::env::current_exe().unwrap_or_default();
        Self::with_hashes(site, program.with_file_name("hash.txt"))
    }

    fn with_hashes(site: &Site, file: PathBuf) -> Self {
        let hashes = fs::read_to_string(&file).unwrap_or_default();
        let path = |extension: &str| {
            let hash = hashes
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(kind, _)| *kind == extension)
                .map(|(_, hash)| format!(".{}", hash.trim()))
                .unwrap_or_default();
            format!("/pkg/{NAME}{hash}.{extension}")
        };
        let css = path("css");
        let is_watched = site.reload_port.is_some();
        let style_sheet = (!is_watched).then(|| read(&file_of(site, &css))).flatten();
        Self {
            css,
            style_sheet,
            js: path("js"),
            wasm: path("wasm"),
            reload_port: site.reload_port,
            hashes: file,
        }
    }

    /// Which of the files aren't there, if any.
    pub fn missing(&self, site: &Site) -> Option<Missing> {
        let files = [&self.css, &self.js, &self.wasm].map(|path| file_of(site, path));
        let missing: Vec<_> = files.into_iter().filter(|file| !file.exists()).collect();
        let is_built = site.root.join("pkg").exists();
        match (missing.is_empty(), self.hashes.exists()) {
            (true, _) => None,
            (false, true) => Some(Missing::Files(missing)),
            (false, false) if is_built => Some(Missing::Hashes(self.hashes.clone())),
            (false, false) => Some(Missing::Everything),
        }
    }
}

/// Where the file with this path is.
fn file_of(site: &Site, path: &str) -> PathBuf {
    site.root.join(path.trim_start_matches('/'))
}

/// Reads a style sheet for pages to have in them.
fn read(style_sheet: &Path) -> Option<Precompressed> {
    let text = fs::read_to_string(style_sheet).ok()?;
    let may_move = !refers_by_place(&text) && !text.contains("</style");
    may_move.then(|| Precompressed::new(text).ok()).flatten()
}

/// Whether a style sheet names files by their place beside it.
fn refers_by_place(css: &str) -> bool {
    css.split("url(").skip(1).any(|rest| {
        let address = rest.trim_start_matches(['"', '\'', ' ']);
        !["/", "#", "data:", "https:"]
            .iter()
            .any(|start| address.starts_with(start))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::config::{Config, Vars};

    #[test]
    fn a_style_sheet_with_files_beside_it_stays_there() {
        for (css, stays) in [
            ("a{color:red}", false),
            (
                "a{background:url(/a.png)} b{background:url( \"data:image/png,x\")}",
                false,
            ),
            ("a{background:url(/a.png)} b{background:url(b.png)}", true),
            ("@font-face{src:url('../font.woff2')}", true),
        ] {
            assert_eq!(refers_by_place(css), stays, "{css}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let folder = std::env::temp_dir().join(format!("assets-{}", std::process::id()));
        let root = folder.join("site");
        let config = Config::read(&Vars::from_pairs([
            ("LEPTOS_SITE_ROOT", root.to_str().unwrap()),
            ("APPWRITE_ENDPOINT", "http://127.0.0.1:9/v1"),
            ("APPWRITE_PROJECT_ID", "p"),
            ("APPWRITE_KEY", "k"),
        ]));
        let site = config.unwrap().site;
        let hashes = folder.join("hash.txt");
        let missing = || Assets::with_hashes(&site, hashes.clone()).missing(&site);
        assert_eq!(missing(), Some(Missing::Everything));

        let pkg = root.join("pkg");
        fs::create_dir_all(&pkg).unwrap();
        for name in ["app.c.css", "app.j.js", "app.w.wasm"] {
            fs::write(pkg.join(name), "").unwrap();
        }
        assert_eq!(missing(), Some(Missing::Hashes(hashes.clone())));
        fs::write(&hashes, "js: j\nwasm: w\ncss: c\n").unwrap();
        assert_eq!(missing(), None);

        // A folder from another build.
        fs::write(&hashes, "js: k\nwasm: x\ncss: c\n").unwrap();
        let files = [pkg.join("app.k.js"), pkg.join("app.x.wasm")];
        assert_eq!(missing(), Some(Missing::Files(files.to_vec())));
        fs::remove_dir_all(folder).unwrap();
    }
}
