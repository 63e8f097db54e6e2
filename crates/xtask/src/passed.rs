//! What has passed before, and has had nothing changed since.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::PathBuf,
};

use anyhow::{Context as _, Result};

use crate::paths::target;

/// A check, with all that its result depends on.
pub struct Check {
    /// Has the fingerprint of what passed last.
    file: PathBuf,
    fingerprint: String,
}

impl Check {
    /// A check of this name that depends on these bytes, and on this program.
    pub fn new(name: &str, of: impl IntoIterator<Item = Vec<u8>>) -> Result<Self> {
        let this = env::current_exe().context("this program has no file")?;
        let this = fs::read(&this).with_context(|| format!("cannot read {}", this.display()))?;
        let mut hasher = DefaultHasher::new();
        this.hash(&mut hasher);
        for bytes in of {
            bytes.hash(&mut hasher);
        }
        Ok(Self {
            file: target().join("passed").join(name),
            fingerprint: format!("{:x}\n", hasher.finish()),
        })
    }

    /// Whether it has passed with all of that as it is now.
    pub fn has_passed(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|passed| passed == self.fingerprint)
    }

    /// Remembers that it passed.
    pub fn pass(&self) -> Result<()> {
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.file, &self.fingerprint)
            .with_context(|| format!("cannot write {}", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[&str]) -> Check {
        let bytes = bytes.iter().map(|bytes| bytes.as_bytes().to_vec());
        Check::new("test-of-passed", bytes).unwrap()
    }

    #[test]
    fn what_has_changed_has_not_passed() {
        check(&["a", "b"]).pass().unwrap();
        assert!(check(&["a", "b"]).has_passed());
        assert!(!check(&["ab"]).has_passed());
        assert!(!check(&["a", "c"]).has_passed());
    }
}
