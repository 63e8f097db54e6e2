//! The ways in that this site offers.

use serde::{Deserialize, Serialize};

/// A way to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// E-mail and password.
    Password,
    /// A link by e-mail.
    MagicUrl,
    /// A code by e-mail.
    EmailOtp,
    /// A code by text message.
    Phone,
    /// As a guest, with an account that can become a full one.
    Anonymous,
    /// An account elsewhere.
    OAuth2,
}

impl Method {
    /// All of them, in the order in which pages offer them.
    pub const ALL: [Self; 6] = [
        Self::Password,
        Self::MagicUrl,
        Self::EmailOtp,
        Self::Phone,
        Self::OAuth2,
        Self::Anonymous,
    ];

    /// As written in `AUTH_METHODS`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::MagicUrl => "magic-url",
            Self::EmailOtp => "email-otp",
            Self::Phone => "phone",
            Self::Anonymous => "anonymous",
            Self::OAuth2 => "oauth2",
        }
    }

    /// Reads what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// The ways in that are switched on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ways {
    /// At least one.
    pub methods: Vec<Method>,
    /// Appwrite's IDs of the OAuth2 providers; empty unless [`Method::OAuth2`] is on.
    pub providers: Vec<String>,
}

impl Ways {
    /// Whether one is switched on.
    pub fn has(&self, method: Method) -> bool {
        self.methods.contains(&method)
    }
}

/// What people call a provider, by Appwrite's ID of it.
pub fn provider_name(id: &str) -> String {
    let known = match id {
        "github" => "GitHub",
        "gitlab" => "GitLab",
        "bitbucket" => "Bitbucket",
        "linkedin" => "LinkedIn",
        "x" => "X",
        "paypal" | "paypalSandbox" => "PayPal",
        "wordpress" => "WordPress",
        "huggingface" => "Hugging Face",
        "oidc" => "single sign-on",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let mut letters = id.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_found_by_its_name() {
        for method in Method::ALL {
            assert_eq!(Method::from_name(method.name()), Some(method));
        }
        assert_eq!(Method::from_name("passkey"), None);
    }

    #[test]
    fn providers_have_the_names_people_know() {
        assert_eq!(provider_name("github"), "GitHub");
        assert_eq!(provider_name("google"), "Google");
        assert_eq!(provider_name(""), "");
    }
}
