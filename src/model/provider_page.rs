use serde::{Deserialize, Serialize};

/// An OAuth2 provider's page, where the sign-in continues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderPage {
    /// Appwrite's ID of the provider.
    pub provider: String,
    /// The page's address.
    pub address: String,
}
