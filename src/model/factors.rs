//! The second step of signing in.

use serde::{Deserialize, Serialize};

/// A way to prove again who one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Factor {
    /// A code of an authenticator app.
    Totp,
    /// A code by e-mail.
    Email,
    /// A code by text message.
    Phone,
    /// A code that was kept for the day when nothing else is at hand.
    RecoveryCode,
}

impl Factor {
    /// All of them, in the order in which pages offer them.
    pub const ALL: [Self; 4] = [Self::Totp, Self::Email, Self::Phone, Self::RecoveryCode];

    /// Appwrite's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::RecoveryCode => "recoveryCode",
        }
    }

    /// Reads what [`name`](Self::name) wrote.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.name() == name)
    }
}

/// Which factors an account has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factors {
    /// A verified authenticator app.
    pub totp: bool,
    /// A verified e-mail address.
    pub email: bool,
    /// A verified phone number.
    pub phone: bool,
    /// Recovery codes that are left.
    pub recovery_code: bool,
}

impl Factors {
    /// Whether the account has one.
    pub fn has(self, factor: Factor) -> bool {
        match factor {
            Factor::Totp => self.totp,
            Factor::Email => self.email,
            Factor::Phone => self.phone,
            Factor::RecoveryCode => self.recovery_code,
        }
    }

    /// Whether there is one that Appwrite takes for the second step; recovery codes alone are not.
    pub fn can_protect(self) -> bool {
        self.totp || self.email || self.phone
    }
}
