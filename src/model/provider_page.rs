use serde::{Deserialize, Serialize};

/// The page of an OAuth2 provider, where somebody goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderPage {
    /// Appwrite's ID of the provider.
    pub provider: String,
    /// The page's address.
    pub address: String,
}
