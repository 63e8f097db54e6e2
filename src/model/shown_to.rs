//! The account that a page was shown to.

/// The ID of the account that a page was shown to. What the page sends names it, so that nothing which was
/// meant for one account happens to another one that has been signed in to since, in another tab.
///
/// It proves nothing: who somebody is, only the session says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownTo(pub String);

impl ShownTo {
    /// The name of the hidden field in which forms send it along.
    pub const FIELD: &'static str = "shown_to";

    /// What the paths of server functions begin with when a page calls them that was shown to somebody. The
    /// ID follows.
    pub const PREFIX: &'static str = "/for/";

    /// A page that was shown to somebody without an account.
    pub fn nobody() -> Self {
        Self(String::new())
    }
}
