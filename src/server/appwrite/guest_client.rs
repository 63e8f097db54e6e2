//! A client that acts as nobody.

use std::{cell::Cell, fmt, marker::PhantomData, sync::Arc};

use super::{account::GuestAccount, transport::Transport};
use crate::{error::AppError, server::request};

/// Acts as nobody in particular: for what carries its own secret, like a link in an email, and what
/// Appwrite doesn't accept with a key. Like the other clients, it lives for one request.
pub struct GuestClient {
    transport: Arc<Transport>,
    not_sync: PhantomData<Cell<()>>,
}

/// A guest client for the request that is being answered.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub async fn create_guest_client() -> Result<GuestClient, AppError> {
    Ok(GuestClient {
        transport: Arc::clone(&request::state()?.transport),
        not_sync: PhantomData,
    })
}

impl GuestClient {
    /// What anybody may do with an account.
    pub fn account(&self) -> GuestAccount<'_> {
        GuestAccount {
            transport: &self.transport,
        }
    }
}

impl fmt::Debug for GuestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GuestClient")
    }
}
