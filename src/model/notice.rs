//! Short messages that a redirect carries to the next page.

/// A message named by the query parameter `notice`.
///
/// Anybody can write that parameter, so it only chooses among these sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Signed out, here and at Appwrite.
    SignedOut,
    /// The cookie is gone, but Appwrite could not be told.
    SignedOutHereOnly,
}

impl Notice {
    /// As written in the query.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::SignedOutHereOnly => "signed-out-here-only",
        }
    }

    /// Reads what [`name`](Self::name) wrote; anything else is no notice.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::SignedOut, Self::SignedOutHereOnly]
            .into_iter()
            .find(|notice| notice.name() == name)
    }

    /// The sentence people read.
    pub fn message(self) -> &'static str {
        match self {
            Self::SignedOut => "You are signed out.",
            Self::SignedOutHereOnly => {
                "You are signed out in this browser. The service could not be reached to end the \
                 session there as well; it ends by itself when it expires."
            }
        }
    }
}
