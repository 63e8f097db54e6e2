use super::{Value, reads_as_text};
use crate::model::problem::Problem;

/// An email address, in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

reads_as_text!(Email);

impl Email {
    /// The longest address that mail can be sent to (RFC 5321).
    pub const MAX_BYTES: usize = 254;
}

impl Value for Email {
    /// Only looks at the form. Whether the address exists, only an email can tell.
    fn parse(typed: &str) -> Result<Self, Problem> {
        let email = typed.trim();
        if email.is_empty() {
            return Err(Problem::EmailMissing);
        }
        let (local, domain) = email.rsplit_once('@').ok_or(Problem::EmailMalformed)?;
        let well_formed = email.len() <= Self::MAX_BYTES
            && email.bytes().all(|byte| byte.is_ascii_graphic())
            && !local.is_empty()
            && local.len() <= 64
            && !local.contains('@')
            && domain.contains('.')
            && domain.split('.').all(is_label);
        if well_formed {
            Ok(Self(email.to_ascii_lowercase()))
        } else {
            Err(Problem::EmailMalformed)
        }
    }
}

/// Whether this can be a part of a domain, between dots.
fn is_label(label: &str) -> bool {
    !label.is_empty()
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_around_and_case_do_not_matter() {
        let email = Email::parse("  Ada@Example.COM ").unwrap();
        assert_eq!(&*email, "ada@example.com");
    }

    #[test]
    fn anything_but_an_address_is_refused() {
        assert_eq!(Email::parse(" "), Err(Problem::EmailMissing));
        for typed in [
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "ada@@example.com",
            "ada@exa mple.com",
            "ada@-example.com",
            "ada@example..com",
            "ada\n@example.com",
            "ädä@example.com",
            &format!("{}@example.com", "a".repeat(65)),
        ] {
            assert_eq!(
                Email::parse(typed),
                Err(Problem::EmailMalformed),
                "{typed:?}"
            );
        }
    }
}
