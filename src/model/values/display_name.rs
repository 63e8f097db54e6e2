use super::{Value, reads_as_text};
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
    fn parse(typed: &str) -> Result<Self, Problem> {
        let name = typed.trim();
        match name.chars().count() {
            0 => Err(Problem::NameMissing),
            count if count > Self::MAX => Err(Problem::TooLong(Self::MAX as u32)),
            _ => Ok(Self(name.to_owned())),
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
    fn only_where_it_is_optional_a_name_can_be_empty() {
        assert_eq!(DisplayName::parse("  "), Err(Problem::NameMissing));
        assert_eq!(Option::<DisplayName>::parse("  "), Ok(None));
    }
}
