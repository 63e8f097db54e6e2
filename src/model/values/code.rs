use super::{Value, reads_as_text, typed::ungrouped};
use crate::model::problem::Problem;

/// A one-time code or a recovery code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code(String);

reads_as_text!(Code);

impl Value for Code {
    /// Leaves out spaces and hyphens, which people use to group codes, and reads the digits of other
    /// scripts. Recovery codes are in lower case, and people may type capitals.
    fn parse(typed: &str) -> Result<Self, Problem> {
        let mut code = ungrouped(typed);
        code.make_ascii_lowercase();
        match code.len() {
            0 => Err(Problem::CodeMissing),
            1..=64 if code.bytes().all(|byte| byte.is_ascii_alphanumeric()) => Ok(Self(code)),
            _ => Err(Problem::CodeWrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_joined() {
        for (typed, code) in [
            (" 123 456 ", "123456"),
            ("0a1b2-c3d4e", "0a1b2c3d4e"),
            ("0A1B2 C3D4E", "0a1b2c3d4e"),
            ("123\u{2013}456", "123456"),
            ("\u{202a}123456\u{202c}", "123456"),
            ("１２３　４５６", "123456"),
            ("\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}", "123456"),
        ] {
            assert_eq!(&*Code::parse(typed).unwrap(), code);
        }
    }

    #[test]
    fn what_no_code_holds_is_refused() {
        assert_eq!(Code::parse(" - "), Err(Problem::CodeMissing));
        for typed in ["12345é", "123.456", &"1".repeat(65)] {
            assert_eq!(Code::parse(typed), Err(Problem::CodeWrong), "{typed:?}");
        }
    }
}
