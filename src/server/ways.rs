//! The ways in that this site offers. A page that shows no button for one is no lock: whoever knows
//! the address is asked here.

use super::context;
use crate::{
    error::AppError,
    model::{SignInMethod, SignInMethods},
};

/// All that are switched on.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn offered() -> Result<SignInMethods, AppError> {
    Ok(context::app()?.ways.clone())
}

/// Makes sure that one is switched on.
///
/// # Errors
///
/// [`AppError::SwitchedOff`].
pub fn require(method: SignInMethod) -> Result<(), AppError> {
    if context::app()?.ways.has(method) {
        Ok(())
    } else {
        Err(AppError::SwitchedOff)
    }
}
