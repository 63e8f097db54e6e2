use std::{borrow::Cow, fmt};

use serde::Deserialize;

/// An ID that can stand in the path of an API call: one of Appwrite's (`$id`), or a name of its
/// own such as `current`.
///
/// Whatever a form sends as an ID becomes one of these before it comes near a path. `..` would lead
/// to another route, and escaping doesn't help: to a URL parser `%2E%2E` is `..` too.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Id(Cow<'static, str>);

impl Id {
    /// The most characters Appwrite accepts.
    const MAX: usize = 36;

    /// An ID as Appwrite defines it: letters, digits, `.`, `-` and `_`, the first one a letter or
    /// digit. Nothing else is one.
    pub fn parse(text: &str) -> Option<Self> {
        is_id(text.as_bytes()).then(|| Self(Cow::Owned(text.to_owned())))
    }

    /// An ID that is known when this is compiled, as of a table: a `const` of one that can't be an
    /// ID doesn't compile.
    ///
    /// # Panics
    ///
    /// If it can't be an ID.
    ///
    /// ```
    /// use leptos_appwrite::server::appwrite::Id;
    /// const NOTES: Id = Id::from_static("notes");
    /// ```
    ///
    /// ```compile_fail,E0080
    /// use leptos_appwrite::server::appwrite::Id;
    /// const ELSEWHERE: Id = Id::from_static("..");
    /// ```
    pub const fn from_static(text: &'static str) -> Self {
        assert!(is_id(text.as_bytes()), "this can't be an ID");
        Self(Cow::Borrowed(text))
    }

    /// A new ID, for something new. Like Appwrite's own, it begins with the time, so newer ones come
    /// later in an index; the rest is random.
    pub fn unique() -> Self {
        let seconds = time::OffsetDateTime::now_utc().unix_timestamp();
        let random = rand::random::<u64>() >> 16;
        Self(Cow::Owned(format!("{seconds:08x}{random:012x}")))
    }

    /// The session that the call is made with.
    pub const fn current() -> Self {
        Self::from_static("current")
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_id(text: &[u8]) -> bool {
    if text.is_empty() || text.len() > Id::MAX || !text[0].is_ascii_alphanumeric() {
        return false;
    }
    let mut index = 1;
    while index < text.len() {
        let byte = text[index];
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')) {
            return false;
        }
        index += 1;
    }
    true
}

/// Something else than an ID stands where Appwrite has one.
#[derive(Debug, thiserror::Error)]
#[error("an ID was expected")]
pub struct NotAnId;

impl TryFrom<String> for Id {
    type Error = NotAnId;

    fn try_from(text: String) -> Result<Self, NotAnId> {
        if is_id(text.as_bytes()) {
            Ok(Self(Cow::Owned(text)))
        } else {
            Err(NotAnId)
        }
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
    fn a_new_id_is_one_and_no_other() {
        let (first, second) = (Id::unique(), Id::unique());
        assert_ne!(first, second);
        assert_eq!(Id::parse(first.as_str()), Some(first));
    }

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
