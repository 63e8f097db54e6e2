//! The ways to sign in that this site offers.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// A way to sign in. `AUTH_METHODS` names it in kebab case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum SignInMethod {
    /// Email and password.
    Password,
    /// A link by email.
    MagicUrl,
    /// A code by email.
    EmailOtp,
    /// A code by text message.
    Phone,
    /// An account at a provider.
    #[strum(serialize = "oauth2")]
    OAuth2,
    /// As a guest, with an account that can become a full one.
    Anonymous,
}

/// The methods that are switched on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInMethods {
    /// At least one.
    pub methods: Vec<SignInMethod>,
    /// Appwrite's IDs of the OAuth2 providers; empty unless [`SignInMethod::OAuth2`] is on.
    pub providers: Vec<String>,
}

impl SignInMethods {
    /// Whether one is switched on.
    pub fn has(&self, method: SignInMethod) -> bool {
        self.methods.contains(&method)
    }
}

/// What people call a provider, given by Appwrite's ID.
pub fn provider_name(id: &str) -> String {
    let known = match id {
        "github" => "GitHub",
        "gitlab" => "GitLab",
        "bitbucket" => "Bitbucket",
        "linkedin" => "LinkedIn",
        "x" => "X",
        "paypal" | "paypalSandbox" => "PayPal",
        "wordpress" => "WordPress",
        "fusionauth" => "FusionAuth",
        "tradeshiftBox" => "Tradeshift",
        "huggingface" => "Hugging Face",
        "oidc" => "SSO",
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
        for method in SignInMethod::VARIANTS {
            let name: &str = method.into();
            assert_eq!(name.parse(), Ok(*method));
        }
        assert_eq!("oauth2".parse(), Ok(SignInMethod::OAuth2));
        assert_eq!("magic-url".parse(), Ok(SignInMethod::MagicUrl));
        assert!("passkey".parse::<SignInMethod>().is_err());
    }

    #[test]
    fn providers_have_the_names_people_know() {
        assert_eq!(provider_name("github"), "GitHub");
        assert_eq!(provider_name("google"), "Google");
        assert_eq!(provider_name("oidc"), "SSO");
        assert_eq!(provider_name(""), "");
    }
}
