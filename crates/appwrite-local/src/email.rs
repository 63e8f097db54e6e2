//! What Appwrite tells of an email address: the form that all its spellings have in common, and what
//! kind of host it's at.

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

#[cfg(test)]
mod tests {
    use super::*;

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
