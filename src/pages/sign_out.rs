//! `/signout`: a POST only, because a link or a picture on another site can send a GET.

use super::{Outcome, PageResult};
use crate::actions::auth::sign_out;

/// Signs out.
pub async fn submit() -> PageResult {
    Ok(Outcome::SeeOther(sign_out().await?))
}
