//! The second factors.

use strum::{EnumString, IntoStaticStr, VariantNames};

/// What a challenge can ask for, by Appwrite's names and in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "camelCase")]
pub enum Factor {
    /// A code sent by email.
    Email,
    /// A code sent by text message.
    Phone,
    /// A code from an authenticator app.
    Totp,
    /// One of the codes the user wrote down.
    RecoveryCode,
}
