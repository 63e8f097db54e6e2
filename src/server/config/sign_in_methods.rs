//! The sign-in methods that the site offers.

use strum::VariantArray;

use super::{error::ConfigError, vars::Vars};
use crate::model::{SignInMethod, SignInMethods};

/// The providers that a site with a local Appwrite shows unasked. Each leads to its consent page.
const LOCAL_PROVIDERS: [&str; 2] = ["github", "google"];

/// Reads `AUTH_METHODS` and `OAUTH_PROVIDERS`.
///
/// The default with a local Appwrite is everything, since it has everything switched on. With any
/// other it's email and password, as in a new project, and OAuth2 if providers are named.
pub(super) fn read(vars: &Vars, is_local: bool) -> Result<SignInMethods, ConfigError> {
    let list = |value: &str| -> Vec<String> {
        let names = value.split(',').map(|name| name.trim().to_owned());
        names.filter(|name| !name.is_empty()).collect()
    };
    let providers = vars.parsed(
        "OAUTH_PROVIDERS",
        None,
        "a list of providers as Appwrite names them, like github,google",
        |value| {
            let names = list(value);
            let known = |name: &String| name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            names.iter().all(known).then_some(Some(names))
        },
    )?;
    let methods = vars.parsed(
        "AUTH_METHODS",
        None,
        "a list of password, magic-url, email-otp, phone, anonymous and oauth2",
        |value| {
            let methods = list(value)
                .iter()
                .map(|name| name.parse().ok())
                .collect::<Option<Vec<_>>>()?;
            (!methods.is_empty()).then_some(Some(methods))
        },
    )?;
    let methods = methods.unwrap_or_else(|| match (is_local, &providers) {
        (true, _) => SignInMethod::VARIANTS.to_vec(),
        (false, Some(_)) => vec![SignInMethod::Password, SignInMethod::OAuth2],
        (false, None) => vec![SignInMethod::Password],
    });
    let oauth2 = methods.contains(&SignInMethod::OAuth2);
    let providers = match providers {
        Some(providers) if oauth2 => providers,
        None if oauth2 && is_local => LOCAL_PROVIDERS.map(str::to_owned).to_vec(),
        None if oauth2 => return Err(ConfigError::NoProviders),
        _ => Vec::new(),
    };
    Ok(SignInMethods { methods, providers })
}
