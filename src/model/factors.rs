//! Two-step verification.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

/// A way for people to confirm it's them, under Appwrite's name for it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "camelCase")]
#[strum(serialize_all = "camelCase")]
pub enum Factor {
    /// A code from an authenticator app.
    Totp,
    /// A code by email.
    Email,
    /// A code by text message.
    Phone,
    /// A code stored for when no other factor is at hand.
    RecoveryCode,
}

/// Which factors an account has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Factors {
    /// A verified authenticator app.
    pub totp: bool,
    /// A verified email address.
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

    /// Those that this site takes as a second step: not email, if there's an authenticator app or a
    /// phone. Whoever can read the mailbox can also reset the password, and would have both steps.
    #[must_use]
    pub fn accepted(self) -> Self {
        Self {
            email: self.email && !self.totp && !self.phone,
            ..self
        }
    }

    /// Whether there's a second one for when the first is lost: recovery codes, or another that this
    /// site takes.
    pub fn has_spare(self) -> bool {
        let Self {
            totp,
            email,
            phone,
            recovery_code,
        } = self.accepted();
        recovery_code || [totp, email, phone].into_iter().filter(|has| *has).count() > 1
    }

    /// Whether there is one that Appwrite asks for. It doesn't ask for recovery codes alone.
    pub fn can_protect(self) -> bool {
        self.totp || self.email || self.phone
    }
}

#[cfg(test)]
mod tests {
    use super::Factors;

    #[test]
    fn email_is_a_second_step_only_where_there_is_no_better_one() {
        let email = Factors {
            email: true,
            recovery_code: true,
            ..Factors::default()
        };
        assert_eq!(email.accepted(), email);
        for better in [
            Factors {
                totp: true,
                ..email
            },
            Factors {
                phone: true,
                ..email
            },
        ] {
            let accepted = Factors {
                email: false,
                ..better
            };
            assert_eq!(better.accepted(), accepted);
        }
    }

    #[test]
    fn a_spare_is_what_still_works_when_the_first_is_lost() {
        let none = Factors::default();
        let app = Factors { totp: true, ..none };
        let codes = Factors {
            recovery_code: true,
            ..app
        };
        let phone = Factors { phone: true, ..app };
        // Email isn't taken where there's an app.
        let email = Factors { email: true, ..app };
        for (factors, has) in [
            (none, false),
            (app, false),
            (email, false),
            (codes, true),
            (phone, true),
        ] {
            assert_eq!(factors.has_spare(), has, "{factors:?}");
        }
    }
}
