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
            // It's in emails to addresses that needn't be its owner's.
            _ if name.contains("://") || name.to_ascii_lowercase().contains("www.") => {
                Err(Problem::NameHasLink)
            }
            _ => Ok(Self(name)),
        }
    }
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
        for typed in ["Win at https://evil.example", "WWW.evil.example"] {
            assert_eq!(DisplayName::parse(typed), Err(Problem::NameHasLink));
        }
        assert!(DisplayName::parse("Dr. A. B. Smith").is_ok());
    }

    #[test]
    fn only_where_it_is_optional_a_name_can_be_empty() {
        assert_eq!(DisplayName::parse("  "), Err(Problem::NameMissing));
        assert_eq!(Option::<DisplayName>::parse("  "), Ok(None));
    }
}
