//! The OAuth2 providers by name.

use strum::{EnumMessage, EnumString, IntoStaticStr, VariantNames};

/// Every provider Appwrite knows. The string is Appwrite's ID, the message is the name people see.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, EnumMessage, EnumString, IntoStaticStr, VariantNames,
)]
#[strum(serialize_all = "lowercase")]
pub enum Provider {
    #[strum(message = "Amazon")]
    Amazon,
    #[strum(message = "Apple")]
    Apple,
    #[strum(message = "Appwrite")]
    Appwrite,
    #[strum(message = "Auth0")]
    Auth0,
    #[strum(message = "Authentik")]
    Authentik,
    #[strum(message = "Autodesk")]
    Autodesk,
    #[strum(message = "BitBucket")]
    BitBucket,
    #[strum(message = "Bitly")]
    Bitly,
    #[strum(message = "Box")]
    Box,
    #[strum(message = "Dailymotion")]
    Dailymotion,
    #[strum(message = "Discord")]
    Discord,
    #[strum(message = "Disqus")]
    Disqus,
    #[strum(message = "Dropbox")]
    Dropbox,
    #[strum(message = "Etsy")]
    Etsy,
    #[strum(message = "Facebook")]
    Facebook,
    #[strum(message = "Figma")]
    Figma,
    #[strum(message = "FusionAuth")]
    FusionAuth,
    #[strum(message = "GitHub")]
    GitHub,
    #[strum(message = "GitLab")]
    GitLab,
    #[strum(message = "Google")]
    Google,
    #[strum(message = "Hugging Face")]
    HuggingFace,
    #[strum(message = "Keycloak")]
    Keycloak,
    #[strum(message = "Kick")]
    Kick,
    #[strum(message = "LinkedIn")]
    LinkedIn,
    #[strum(message = "Microsoft")]
    Microsoft,
    #[strum(message = "Mock")]
    Mock,
    #[strum(serialize = "mock-unverified", message = "Mock Unverified")]
    MockUnverified,
    #[strum(message = "Notion")]
    Notion,
    #[strum(message = "OpenID Connect")]
    Oidc,
    #[strum(message = "Okta")]
    Okta,
    #[strum(message = "PayPal")]
    PayPal,
    #[strum(serialize = "paypalSandbox", message = "PayPal Sandbox")]
    PayPalSandbox,
    #[strum(message = "Podio")]
    Podio,
    #[strum(message = "Salesforce")]
    Salesforce,
    #[strum(message = "Slack")]
    Slack,
    #[strum(message = "Spotify")]
    Spotify,
    #[strum(message = "Stripe")]
    Stripe,
    #[strum(message = "Tradeshift")]
    Tradeshift,
    #[strum(serialize = "tradeshiftBox", message = "Tradeshift Sandbox")]
    TradeshiftBox,
    #[strum(message = "Twitch")]
    Twitch,
    #[strum(message = "WordPress")]
    WordPress,
    #[strum(message = "X")]
    X,
    #[strum(message = "Yahoo")]
    Yahoo,
    #[strum(message = "Yammer")]
    Yammer,
    #[strum(message = "Yandex")]
    Yandex,
    #[strum(message = "Zoho")]
    Zoho,
    #[strum(message = "Zoom")]
    Zoom,
}

impl Provider {
    /// Appwrite's ID for it.
    pub fn id(self) -> &'static str {
        self.into()
    }

    /// Its name, as people know it.
    pub fn name(self) -> &'static str {
        self.get_message().unwrap_or_default()
    }

    /// Whether it's one of Appwrite's two mock providers, which consent at once.
    pub fn is_mock(self) -> bool {
        matches!(self, Self::Mock | Self::MockUnverified)
    }
}
