//! What would make the server refuse to start, found before a long build.

use std::{
    collections::HashMap,
    env, fs, io,
    net::{SocketAddr, TcpListener},
    path::Path,
};

use crate::Result;

/// Each setting under our name and under the Next.js tutorial's.
const APPWRITE: [[&str; 2]; 3] = [
    ["APPWRITE_ENDPOINT", "NEXT_PUBLIC_APPWRITE_ENDPOINT"],
    ["APPWRITE_PROJECT_ID", "NEXT_PUBLIC_APPWRITE_PROJECT"],
    ["APPWRITE_KEY", "NEXT_APPWRITE_KEY"],
];

/// The environment laid over `.env`.
pub struct Vars(HashMap<String, String>);

impl Vars {
    /// Reads both.
    pub fn load(root: &Path) -> Result<Self> {
        let file = root.join(".env");
        let mut vars = match fs::read_to_string(&file) {
            Ok(text) => parse(&text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => HashMap::new(),
            Err(error) => return Err(format!(".env cannot be read: {error}")),
        };
        vars.extend(env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }));
        Ok(Self(vars))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// An address setting, or its default.
    pub fn addr(&self, name: &str, default: &str) -> Result<SocketAddr> {
        let value = self.get(name).unwrap_or(default);
        value
            .parse()
            .map_err(|_| format!("{name}={value} is not an address with a port, like {default}"))
    }

    /// Whether an Appwrite is configured. Half a configuration is an error.
    pub fn has_appwrite(&self) -> Result<bool> {
        for [ours, theirs] in APPWRITE {
            if let (Some(a), Some(b)) = (self.get(ours), self.get(theirs))
                && a != b
            {
                return Err(format!(
                    "{ours} and {theirs} are both set, to different values; keep one of them"
                ));
            }
        }
        let set = APPWRITE.map(|names| names.into_iter().find(|name| self.get(name).is_some()));
        let missing = APPWRITE
            .iter()
            .zip(&set)
            .find(|(_, set)| set.is_none())
            .map(|([ours, _], _)| *ours);
        match (set.iter().flatten().next(), missing) {
            (None, _) => Ok(false),
            (Some(_), None) => Ok(true),
            (Some(set), Some(missing)) => Err(format!(
                "{missing} is not set, but {set} is; an Appwrite needs APPWRITE_ENDPOINT, \
                 APPWRITE_PROJECT_ID and APPWRITE_KEY"
            )),
        }
    }
}

/// The lines of a `.env`, as far as they matter here. The server reads it with a whole parser.
fn parse(text: &str) -> Result<HashMap<String, String>> {
    let mut vars = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, value)) = line.split_once('=') else {
            return Err(format!(".env, line {}: expected NAME=value", index + 1));
        };
        let value = value.trim().trim_matches(['"', '\'']);
        vars.insert(name.trim().to_owned(), value.to_owned());
    }
    Ok(vars)
}

/// Makes sure that a port is free.
pub fn free(addr: SocketAddr, what: &str, remedy: &str) -> Result<()> {
    match TcpListener::bind(addr) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!(
            "{what} cannot listen on {addr} ({error}); {remedy}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_appwrite(text: &str) -> Result<bool> {
        Vars(parse(text)?).has_appwrite()
    }

    #[test]
    fn nothing_or_everything_is_fine() {
        assert_eq!(
            has_appwrite("# APPWRITE_KEY=x\nAPPWRITE_ENDPOINT=\n"),
            Ok(false)
        );
        let all =
            "APPWRITE_ENDPOINT=http://a/v1\nexport APPWRITE_PROJECT_ID='p'\nNEXT_APPWRITE_KEY=k";
        assert_eq!(has_appwrite(all), Ok(true));
    }

    #[test]
    fn half_of_it_names_what_is_missing() {
        let error = has_appwrite("APPWRITE_ENDPOINT=http://a/v1\nAPPWRITE_KEY=k").unwrap_err();
        assert!(error.starts_with("APPWRITE_PROJECT_ID is not set, but APPWRITE_ENDPOINT is"));
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        assert_eq!(
            has_appwrite("A=1\nnonsense"),
            Err(".env, line 2: expected NAME=value".into())
        );
    }
}
