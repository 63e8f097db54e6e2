//! What Appwrite tells of an email address: whether it is one, the form that all its spellings have
//! in common, and what kind of host it's at.

use std::net::{Ipv4Addr, Ipv6Addr};

/// An address, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Email {
    /// What every spelling of the address becomes.
    pub canonical: String,
    /// Whether the address is spelled that way.
    pub is_canonical: bool,
    /// What its host is.
    pub kind: HostKind,
}

/// What a host is. Appwrite's lists have thousands of names; here are the best known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostKind {
    /// Anybody gets an address there.
    Free,
    /// Addresses there last for minutes.
    Disposable,
    /// Any other.
    Corporate,
}

/// What a provider ignores in the part before the `@`.
#[derive(Clone, Copy)]
enum Ignored {
    Nothing,
    /// A `+` and all after it.
    PlusTag,
    /// That, and dots.
    PlusTagAndDots,
    /// The last `-` and all after it.
    HyphenTag,
}

/// Providers with several hosts or spellings. The first host stands for all of them.
const PROVIDERS: &[(&[&str], Ignored)] = &[
    (&["gmail.com", "googlemail.com"], Ignored::PlusTagAndDots),
    (
        &["outlook.com", "hotmail.com", "live.com", "msn.com"],
        Ignored::PlusTag,
    ),
    (
        &["yahoo.com", "ymail.com", "rocketmail.com"],
        Ignored::HyphenTag,
    ),
    (&["icloud.com", "me.com", "mac.com"], Ignored::PlusTag),
    (&["protonmail.com", "proton.me", "pm.me"], Ignored::Nothing),
    (&["fastmail.com", "fastmail.fm"], Ignored::Nothing),
];

/// More hosts where anybody gets an address.
const FREE: &[&str] = &[
    "aol.com", "gmx.com", "gmx.de", "gmx.net", "mail.com", "web.de",
];

const DISPOSABLE: &[&str] = &[
    "10minutemail.com",
    "guerrillamail.com",
    "mailinator.com",
    "trashmail.com",
    "yopmail.com",
];

impl Email {
    /// Takes an address apart.
    pub fn parse(address: &str) -> Self {
        let lower = address.to_lowercase();
        let (local, host) = lower.rsplit_once('@').unwrap_or((&lower, ""));
        let provider = PROVIDERS.iter().find(|(hosts, _)| hosts.contains(&host));
        let canonical = match provider {
            Some((hosts, ignored)) => {
                let host = hosts.first().unwrap_or(&host);
                format!("{}@{host}", ignored.strip(local))
            }
            None => lower.clone(),
        };
        Self {
            is_canonical: canonical == address,
            canonical,
            kind: if DISPOSABLE.contains(&host) {
                HostKind::Disposable
            } else if provider.is_some() || FREE.contains(&host) {
                HostKind::Free
            } else {
                HostKind::Corporate
            },
        }
    }
}

impl Ignored {
    fn strip(self, local: &str) -> String {
        let untagged = |tag| {
            let found = match tag {
                '-' => local.rsplit_once(tag),
                _ => local.split_once(tag),
            };
            match found {
                Some((name, _)) if !name.is_empty() => name,
                _ => local,
            }
        };
        match self {
            Self::Nothing => local.to_owned(),
            Self::PlusTag => untagged('+').to_owned(),
            Self::PlusTagAndDots => untagged('+').replace('.', ""),
            Self::HyphenTag => untagged('-').to_owned(),
        }
    }
}

/// Whether a text is an email address to PHP's `FILTER_VALIDATE_EMAIL`, which Appwrite asks.
pub fn is_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else {
        return false;
    };
    local_len(local).is_some_and(|len| len <= 64 && len + 1 + host.len() <= 254)
        && (is_host(host) || is_literal(host))
}

/// How long the part before the `@` counts as, without quotes. `None` if it's malformed.
fn local_len(local: &str) -> Option<usize> {
    let mut bytes = local.bytes().peekable();
    let mut len = 0;
    loop {
        if bytes.next_if_eq(&b'"').is_some() {
            loop {
                match bytes.next()? {
                    b'"' => break,
                    b'\\' => {
                        bytes.next().filter(u8::is_ascii)?;
                    }
                    b'\0' | b'\t' | b'\n' | b'\r' | b' ' | 0x80.. => return None,
                    _ => {}
                }
                len += 1;
            }
        } else {
            let before = len;
            let is_atom =
                |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(byte);
            while bytes.next_if(is_atom).is_some() {
                len += 1;
            }
            if len == before {
                return None;
            }
        }
        match bytes.next() {
            None => return Some(len),
            Some(b'.') => len += 1,
            Some(_) => return None,
        }
    }
}

/// Whether a text is a domain with at least one dot, whose last part starts with a letter.
fn is_host(host: &str) -> bool {
    let labels: Vec<_> = host.split('.').collect();
    let is_label = |label: &&str| {
        (1..64).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    labels.len() > 1
        && labels.iter().all(is_label)
        && labels
            .last()
            .is_some_and(|last| last.starts_with(|letter: char| letter.is_ascii_alphabetic()))
}

/// Whether a text is an IP address in brackets.
fn is_literal(host: &str) -> bool {
    let inside = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inside.is_some_and(|address| match address.split_at_checked(5) {
        Some((prefix, v6)) if prefix.eq_ignore_ascii_case("IPv6:") => {
            v6.parse::<Ipv6Addr>().is_ok()
        }
        _ => address.parse::<Ipv4Addr>().is_ok(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_what_php_takes_for_one() {
        let (long, host) = (
            "a".repeat(64),
            format!("{}.{}.de", "b".repeat(63), "c".repeat(63)),
        );
        for (address, good) in [
            ("ada@example.com", true),
            ("a.d+a_/!@sub-1.example.museum", true),
            ("ada@xn--bcher-kva.example", true),
            ("ada@a--b.de", true),
            ("ada@example.123", false),
            ("ada@example.1a", false),
            ("ada@127.0.0.1", false),
            ("ada@[127.0.0.1]", true),
            ("ada@[127.0.0.01]", false),
            ("ada@[IPv6:::1]", true),
            ("ada@[ipv6:2001:db8::1]", true),
            ("ada@[::1]", false),
            ("\"ada\"@example.com", true),
            ("\"a.\"..b@example.com", false),
            ("\"a,b\".c@example.com", true),
            ("\"a\\ b\"@example.com", true),
            ("\"a b\"@example.com", false),
            ("\"a@b\"@example.com", false),
            ("\"a@example.com", false),
            ("a\"b\"@example.com", false),
            ("\"\"@example.com", true),
            (".ada@example.com", false),
            ("a..da@example.com", false),
            ("ada.@example.com", false),
            ("a,b@example.com", false),
            ("ädä@example.com", false),
            ("ada@exämple.com", false),
            ("ada@localhost", false),
            ("ada@-a.de", false),
            ("ada@a-.de", false),
            ("ada@example.com.", false),
            ("ada@", false),
            ("@example.com", false),
            ("a@b@example.com", false),
            ("ada", false),
            ("", false),
            (&format!("{long}@example.com"), true),
            (&format!("{long}a@example.com"), false),
            (&format!("\"{long}\"@example.com"), true),
            (&format!("ada@{host}"), true),
            (&format!("ada@a{host}"), false),
            (&format!("{long}@{}.{host}", "d".repeat(58)), true),
            (&format!("{long}@{}.{host}", "d".repeat(59)), false),
        ] {
            assert_eq!(is_address(address), good, "{address}");
        }
    }

    #[test]
    fn spellings_of_an_address_have_one_form_in_common() {
        for (address, canonical) in [
            ("ada@example.com", "ada@example.com"),
            ("Ada+tag@Example.com", "ada+tag@example.com"),
            ("a.d.a+tag@googlemail.com", "ada@gmail.com"),
            ("a.da+tag@hotmail.com", "a.da@outlook.com"),
            ("ada-b-tag@ymail.com", "ada-b@yahoo.com"),
            ("+tag@me.com", "+tag@icloud.com"),
            ("ada+tag@pm.me", "ada+tag@protonmail.com"),
        ] {
            let email = Email::parse(address);
            assert_eq!(email.canonical, canonical);
            assert_eq!(email.is_canonical, address == canonical, "{address}");
        }
    }

    #[test]
    fn a_host_is_of_one_kind() {
        for (host, kind) in [
            ("gmail.com", HostKind::Free),
            ("web.de", HostKind::Free),
            ("mailinator.com", HostKind::Disposable),
            ("example.com", HostKind::Corporate),
        ] {
            assert_eq!(Email::parse(&format!("ada@{host}")).kind, kind, "{host}");
        }
    }
}
