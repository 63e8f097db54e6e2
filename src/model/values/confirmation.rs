use super::Value;
use crate::model::problem::Problem;

/// The word people type to confirm that they want to deactivate their account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmation;

impl Confirmation {
    /// The word, in any case.
    pub const WORD: &'static str = "deactivate";
}

impl Value for Confirmation {
    fn parse(typed: &str) -> Result<Self, Problem> {
        if typed.trim().eq_ignore_ascii_case(Self::WORD) {
            Ok(Self)
        } else {
            Err(Problem::NotConfirmed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_word_confirms() {
        assert!(Confirmation::parse(" Deactivate").is_ok());
        for typed in ["", "yes", "deactivated"] {
            assert_eq!(Confirmation::parse(typed), Err(Problem::NotConfirmed));
        }
    }
}
