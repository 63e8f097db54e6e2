//! Who people are at OAuth2 providers.
//!
//! No real provider is ever called. Our own consent page stands in for all of them except the two
//! mock providers, which answer the way Appwrite's do.

use rusqlite::Connection;

use crate::{
    error::ApiError,
    provider::Provider,
    secret,
    store::{Grant, ProviderTokens},
    timestamp,
};

/// The scope that Appwrite always requests from a mock provider.
pub const MOCK_SCOPE: &str = "email";

/// Who somebody is at a provider.
pub struct Person {
    pub uid: String,
    pub email: String,
    pub name: String,
    /// Whether the provider has verified that the email address is theirs.
    pub verified: bool,
    pub tokens: ProviderTokens,
}

/// How long a provider's access token is valid, in seconds.
pub const TOKEN_SECONDS: i64 = 14_400;

/// New tokens from a provider. A mock provider always gives the same ones.
pub fn tokens(provider: Provider) -> ProviderTokens {
    let expires = time::OffsetDateTime::now_utc() + time::Duration::seconds(TOKEN_SECONDS);
    let (access, refresh) = if provider.is_mock() {
        ("123456".to_owned(), "tuvwxyz".to_owned())
    } else {
        (secret::hex(16), secret::hex(16))
    };
    ProviderTokens {
        access,
        access_expiry: timestamp::format(expires),
        refresh,
    }
}

/// Exchanges a provider's code for the person who gave it.
///
/// # Errors
///
/// `user_oauth2_provider_error` if the code is wrong, expired or already used.
pub fn exchange(
    connection: &Connection,
    provider: Provider,
    code: &str,
) -> Result<Person, ApiError> {
    let refused = || {
        let message = format!(
            "Failed to obtain access token. The {} OAuth2 provider returned an error: \
             invalid_grant",
            provider.name()
        );
        ApiError::with("user_oauth2_provider_error", 424, message)
    };
    let mock = |uid: &str, email: &str, verified: bool| Person {
        uid: uid.to_owned(),
        email: email.to_owned(),
        name: "User Name".to_owned(),
        verified,
        tokens: tokens(provider),
    };
    match (provider, code) {
        (Provider::Mock, "abcdef") => Ok(mock("1", "useroauth@localhost.test", true)),
        (Provider::MockUnverified, "abcdef") => {
            Ok(mock("2", "useroauthunverified@localhost.test", false))
        }
        (Provider::Mock | Provider::MockUnverified, _) => Err(refused()),
        _ => {
            let id = provider.id();
            let grant = Grant::redeem(connection, id, code)?.ok_or_else(refused)?;
            // One address is one person at a provider, but different people at different providers.
            let mut uid = secret::sha256(&format!("{id}:{}", grant.email.to_lowercase()));
            uid.truncate(20);
            Ok(Person {
                uid,
                email: grant.email,
                name: grant.name,
                verified: grant.verified,
                tokens: tokens(provider),
            })
        }
    }
}
