//! The variables themselves: the process environment, and the file `.env`.

use std::{collections::HashMap, io, path::Path};

use super::error::ConfigError;

/// Where configuration comes from: the process environment, laid over the file `.env`.
///
/// A variable that is set to nothing counts as not set, so a copy of `.env.example` works as it is.
#[derive(Default)]
pub struct Vars(HashMap<String, String>);

impl Vars {
    /// Reads the environment, and `.env` in the working directory if there is one.
    ///
    /// # Errors
    ///
    /// `.env` can't be read.
    pub fn load() -> Result<Self, ConfigError> {
        Self::load_from(Path::new(".env"))
    }

    fn load_from(file: &Path) -> Result<Self, ConfigError> {
        let mut vars = HashMap::new();
        match dotenvy::from_path_iter(file) {
            Ok(lines) => {
                for line in lines {
                    let (name, value) = line.map_err(|error| unreadable(file, &error))?;
                    vars.insert(name, value);
                }
            }
            Err(dotenvy::Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(unreadable(file, &error)),
        }
        #[expect(clippy::disallowed_methods, reason = "this is the one place that may")]
        let environment = std::env::vars_os();
        vars.extend(environment.filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }));
        Ok(Self(vars))
    }

    /// Variables given directly, for tests.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(
            pairs
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The value of the first of these names that is set, along with that name. It's an error if
    /// two of them have different values.
    pub(super) fn one_of(
        &self,
        names: &[&'static str],
    ) -> Result<Option<(&'static str, &str)>, ConfigError> {
        let mut set = names
            .iter()
            .filter_map(|name| Some((*name, self.get(name)?)));
        let Some((first, value)) = set.next() else {
            return Ok(None);
        };
        match set.find(|(_, other)| *other != value) {
            Some((second, _)) => Err(ConfigError::Conflict(first, second)),
            None => Ok(Some((first, value))),
        }
    }

    pub(super) fn parsed<T>(
        &self,
        name: &'static str,
        default: T,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        match self.get(name) {
            None => Ok(default),
            Some(value) => parse(value).ok_or(ConfigError::Invalid {
                name,
                value: value.to_owned(),
                expected,
            }),
        }
    }
}

fn unreadable(file: &Path, error: &dotenvy::Error) -> ConfigError {
    // dotenvy quotes the offending line, which may hold a secret. Where it went wrong is enough.
    let reason = match error {
        dotenvy::Error::Io(error) => error.to_string(),
        dotenvy::Error::LineParse(line, _) => {
            let name = line.split('=').next().unwrap_or_default().trim();
            format!("the line that starts with \"{name}\" isn't of the form NAME=value")
        }
        _ => "a line isn't of the form NAME=value".to_owned(),
    };
    ConfigError::DotEnv(file.to_owned(), reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_env_that_cannot_be_parsed_names_the_line_and_not_the_value() {
        let file = std::env::temp_dir().join(format!("dot-env-{}", std::process::id()));
        std::fs::write(&file, "A=1\nAPPWRITE_KEY='unclosed secret\n").unwrap();
        let error = Vars::load_from(&file).err().unwrap().to_string();
        std::fs::remove_file(&file).unwrap();
        assert!(error.contains("APPWRITE_KEY"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}
