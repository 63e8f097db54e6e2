use super::{Value, reads_as_text, typed::ungrouped};
use crate::model::problem::Problem;

/// A phone number: `+` and 7 to 15 digits (E.164).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

reads_as_text!(Phone);

impl Value for Phone {
    /// Leaves out spaces, dots, hyphens and brackets, which people use to group digits, and the marks
    /// that contacts apps put around a number. Takes `00` for `+`, and reads the digits of other
    /// scripts.
    fn parse(typed: &str) -> Result<Self, Problem> {
        let phone = ungrouped(typed).replace(['.', '(', ')', '[', ']', '/'], "");
        if phone.is_empty() {
            return Err(Problem::PhoneMissing);
        }
        let digits = phone
            .strip_prefix('+')
            .or_else(|| phone.strip_prefix("00"))
            .ok_or(Problem::PhoneMalformed)?;
        let well_formed = (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if well_formed {
            let mut number = String::from("+");
            number += digits;
            Ok(Self(number))
        } else {
            Err(Problem::PhoneMalformed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_and_prefixes_are_understood() {
        for (typed, number) in [
            ("+1 (555) 010-0199", "+15550100199"),
            ("0049 171 555.0199", "+491715550199"),
            (
                "\u{202a}+1 555\u{2011}010\u{2011}0199\u{202c}",
                "+15550100199",
            ),
            ("+1 [555] 010\u{a0}0199", "+15550100199"),
            ("＋１５５５０１００１９９", "+15550100199"),
            ("+\u{661}5550100199", "+15550100199"),
        ] {
            assert_eq!(&*Phone::parse(typed).unwrap(), number);
        }
    }

    #[test]
    fn anything_but_an_international_number_is_refused() {
        assert_eq!(Phone::parse(" - "), Err(Problem::PhoneMissing));
        for typed in [
            "15550100199",
            "+123456",
            "+1234567890123456",
            "+0123456789",
            "+1555x100199",
        ] {
            assert_eq!(
                Phone::parse(typed),
                Err(Problem::PhoneMalformed),
                "{typed:?}"
            );
        }
    }
}
