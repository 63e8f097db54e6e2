//! The sign-in methods that this site offers. Hiding a method's button locks nothing: anybody who
//! knows the address can still post to it, so whatever serves a method asks here first.

use crate::{
    error::AppError,
    model::{SignInMethod, SignInMethods},
    server::request,
};

/// All methods that are switched on.
///
/// # Errors
///
/// [`AppError::Internal`] outside of a request.
pub fn offered() -> Result<SignInMethods, AppError> {
    Ok(request::state()?.sign_in_methods.clone())
}

/// Makes sure that a method is switched on.
///
/// # Errors
///
/// [`AppError::SwitchedOff`].
pub fn require(method: SignInMethod) -> Result<(), AppError> {
    if request::state()?.sign_in_methods.has(method) {
        Ok(())
    } else {
        Err(AppError::SwitchedOff)
    }
}
