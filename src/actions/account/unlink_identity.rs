use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Unlinks an account at an OAuth2 provider, by the identity's ID, unless it's the last way to sign
/// in.
///
/// # Errors
///
/// [`AppError::BadRequest`] for what can't be an ID, [`AppError::LastSignInMethod`],
/// [`AppError::SignedOut`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "account/unlink-identity")]
pub async fn unlink_identity(id: String) -> Result<Goto, AppError> {
    use crate::{
        model::{Flash, Identity},
        server::{
            appwrite::{Id, create_session_client},
            auth::{
                methods,
                proof::{self, Brings},
            },
        },
    };

    const IDENTITIES: &str = "/account/identities";
    let path_id = Id::parse(&id).ok_or(AppError::BadRequest)?;
    let client = create_session_client().await?;
    let account = client.account();
    let visitor = account.get().await?;
    let identities = account.list_identities().await?;
    if !visitor.can_unlink(&id, &identities, &methods::offered()?) {
        return Err(AppError::LastSignInMethod);
    }
    if let Some(goto) = proof::ask(Brings::Nothing, IDENTITIES).await? {
        return Ok(goto);
    }
    match account.delete_identity(&path_id).await {
        Err(error) if !error.is_not_found() => return Err(error.into()),
        _ => {}
    }
    let unlinked = identities.into_iter().find(|identity| identity.id == id);
    Ok(match unlinked {
        Some(Identity { provider, .. }) => {
            Goto::page_about(IDENTITIES, Flash::IdentityUnlinked, &provider)
        }
        None => Goto::page_with(IDENTITIES, Flash::IdentityUnlinked),
    })
}
