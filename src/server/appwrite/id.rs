use std::fmt;

/// An ID that can stand in the path of an API call: one of Appwrite's (`$id`), or a name of its
/// own such as `current`.
///
/// Whatever a form sends as an ID becomes one of these before it comes near a path. `..` would lead
/// to another route, and escaping doesn't help: to a URL parser `%2E%2E` is `..` too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(String);

impl Id {
    /// The most characters Appwrite accepts.
    const MAX: usize = 36;

    /// An ID as Appwrite defines it: letters, digits, `.`, `-` and `_`, the first one a letter or
    /// digit. Nothing else is one.
    pub fn parse(text: &str) -> Option<Self> {
        let starts_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
        let is_id = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        (starts_well && is_id && text.len() <= Self::MAX).then(|| Self(text.to_owned()))
    }

    /// The session that the call is made with.
    pub fn current() -> Self {
        Self("current".to_owned())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Id;

    #[test]
    fn nothing_that_leads_to_another_route_is_an_id() {
        for id in ["s1", "68aef0c4000cb0b1a3f5", "a.b-c_d", &"x".repeat(36)] {
            assert!(Id::parse(id).is_some(), "{id}");
        }
        for other in [
            "",
            ".",
            "..",
            ".a",
            "-a",
            "_a",
            "../..",
            "%2e%2e",
            "a/b",
            "a?b",
            "a#b",
            "a b",
            "ä",
            &"x".repeat(37),
        ] {
            assert!(Id::parse(other).is_none(), "{other}");
        }
    }
}
