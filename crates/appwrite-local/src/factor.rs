//! The second factors.

use strum::{EnumString, IntoStaticStr, VariantNames};

/// What a challenge can ask for, by Appwrite's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "camelCase")]
pub enum Factor {
    /// A code from an authenticator app.
    Totp,
    /// A code sent by email.
    Email,
    /// A code sent by text message.
    Phone,
    /// One of the codes the user wrote down.
    RecoveryCode,
    /// Always switched off here.
    Custom,
}
