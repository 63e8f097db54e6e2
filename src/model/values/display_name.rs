use super::{Value, reads_as_text, visible};
use crate::model::problem::Problem;

/// The name that people see beside an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayName(String);

reads_as_text!(DisplayName);

impl DisplayName {
    /// The most characters Appwrite accepts.
    pub const MAX: usize = 128;
}

impl Value for DisplayName {
    /// Leaves out what nothing shows, and marks that turn the direction of the text around the name.
    fn parse(typed: &str) -> Result<Self, Problem> {
        let name = visible(typed);
        match name.chars().count() {
            0 => Err(Problem::NameMissing),
            count if count > Self::MAX => Err(Problem::TooLong(Self::MAX as u32)),
            // It's in emails to addresses that needn't be its owner's. The server alone looks, because it
            // takes code that the bundle is better off without.
            _ if cfg!(feature = "ssr") && has_link(&name) => Err(Problem::NameHasLink),
            _ => Ok(Self(name)),
        }
    }
}

/// Whether a mail program would make a link of something in it: `evil.example` is one, and `A. B. Smith`
/// and `J.Smith` aren't.
fn has_link(name: &str) -> bool {
    let dots = ['.', '．', '。', '｡', '․', '﹒'];
    name.contains(['/', '@'])
        || name.split_whitespace().any(|word| {
            let (before, after) = (word.split(dots), word.split(dots).skip(1));
            before.zip(after).any(|(before, after)| {
                let mut letters = before.chars();
                let is_initial = letters.next().is_some_and(char::is_uppercase)
                    && letters.next().is_none()
                    && after.starts_with(char::is_uppercase);
                // No site's name ends with a single letter.
                !before.is_empty() && after.chars().nth(1).is_some() && !is_initial
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_counted_in_characters() {
        assert_eq!(&*DisplayName::parse(" Ada ").unwrap(), "Ada");
        assert!(DisplayName::parse(&"ä".repeat(128)).is_ok());
        let long = DisplayName::parse(&"n".repeat(129));
        assert_eq!(long, Err(Problem::TooLong(128)));
    }

    #[test]
    fn a_name_that_nobody_can_see_is_none() {
        for typed in ["\u{200b}", "\u{3164}\u{3164}", "\0", "\u{202e} "] {
            assert_eq!(DisplayName::parse(typed), Err(Problem::NameMissing));
        }
        assert_eq!(&*DisplayName::parse("\u{202e}Ada\0").unwrap(), "Ada");
    }

    #[test]
    fn a_name_is_no_link() {
        for typed in [
            "Win at https://evil.example",
            "WWW.evil.example",
            "Go to evil.com now",
            "bit.ly/abc",
            "//evil",
            "ask@evil",
            "evil．com",
            "evil․com",
            "secure-login-a.com",
            "Visit bank-1.com now",
            "http:bank-1.com",
            "evil-.com",
            "Go to x.com",
            "t.co",
            "T.co",
            "A.B.evil",
            "bank-1。com",
            "bank-1﹒com",
        ] {
            assert_eq!(
                DisplayName::parse(typed),
                Err(Problem::NameHasLink),
                "{typed}"
            );
        }
        for typed in [
            "Dr. A. B. Smith",
            "J.R.R. Tolkien",
            "J. R. R. Tolkien",
            "J.R.R.Tolkien",
            "J.Smith",
            "Dr. No",
            "St. John",
            "Mr.T",
            "Mr. T",
            "A.B.C.",
            "...",
            "Ada.",
            "Ph.D.",
        ] {
            assert!(DisplayName::parse(typed).is_ok(), "{typed}");
        }
    }

    #[test]
    fn only_where_it_is_optional_a_name_can_be_empty() {
        assert_eq!(DisplayName::parse("  "), Err(Problem::NameMissing));
        assert_eq!(Option::<DisplayName>::parse("  "), Ok(None));
    }
}
