//! Short messages that a redirect carries to the next page.

/// A message named by the query parameter `notice`.
///
/// Anybody can write that parameter, so it only chooses among these sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Signed out, here and at Appwrite.
    SignedOut,
    /// The cookie is gone, but Appwrite could not be told.
    SignedOutHereOnly,
    /// All sessions have ended.
    SignedOutEverywhere,
    /// The account is blocked now, by its owner.
    Deactivated,
    /// There is another name.
    NameChanged,
    /// There is another address.
    EmailChanged,
    /// There is another number.
    PhoneChanged,
    /// There is another password.
    PasswordChanged,
    /// A guest has a full account now.
    Upgraded,
    /// One session has ended.
    SessionEnded,
    /// All sessions but this one have ended.
    OtherSessionsEnded,
    /// An account at a provider signs in no more.
    IdentityUnlinked,
    /// The preferences are kept.
    PreferencesSaved,
    /// There is another password, set with a link.
    PasswordReset,
    /// The e-mail address is verified.
    EmailVerified,
    /// A mail with a link is on its way.
    VerificationSent,
    /// The phone number is verified.
    PhoneVerified,
    /// An account at a provider signs in from now on.
    IdentityLinked,
    /// An account at a provider signs in to another account here.
    IdentityOfAnother,
    /// The provider did not sign anybody in.
    OAuth2Failed,
    /// The provider's account belongs to a blocked one.
    OAuth2Blocked,
    /// The provider has not verified an address that has an account here.
    OAuth2AddressTaken,
    /// There is an authenticator app.
    TotpAdded,
    /// There is no authenticator app any more.
    TotpRemoved,
    /// Signing in takes a second step.
    MfaOn,
    /// Signing in takes one step.
    MfaOff,
    /// The second step was taken again.
    Proved,
    /// An account without a password needs one first.
    PasswordFirst,
}

/// A message on a page.
#[derive(Clone, Debug)]
pub struct Told {
    /// Which one.
    pub notice: Notice,
    /// The page's path and query without it.
    pub without: String,
}

impl Notice {
    const ALL: [Self; 28] = [
        Self::SignedOut,
        Self::SignedOutHereOnly,
        Self::SignedOutEverywhere,
        Self::Deactivated,
        Self::NameChanged,
        Self::EmailChanged,
        Self::PhoneChanged,
        Self::PasswordChanged,
        Self::Upgraded,
        Self::SessionEnded,
        Self::OtherSessionsEnded,
        Self::IdentityUnlinked,
        Self::PreferencesSaved,
        Self::PasswordReset,
        Self::EmailVerified,
        Self::VerificationSent,
        Self::PhoneVerified,
        Self::IdentityLinked,
        Self::IdentityOfAnother,
        Self::OAuth2Failed,
        Self::OAuth2Blocked,
        Self::OAuth2AddressTaken,
        Self::TotpAdded,
        Self::TotpRemoved,
        Self::MfaOn,
        Self::MfaOff,
        Self::Proved,
        Self::PasswordFirst,
    ];

    /// As written in the query.
    fn name(self) -> &'static str {
        match self {
            Self::SignedOut => "signed-out",
            Self::SignedOutHereOnly => "signed-out-here-only",
            Self::SignedOutEverywhere => "signed-out-everywhere",
            Self::Deactivated => "deactivated",
            Self::NameChanged => "name-changed",
            Self::EmailChanged => "email-changed",
            Self::PhoneChanged => "phone-changed",
            Self::PasswordChanged => "password-changed",
            Self::Upgraded => "upgraded",
            Self::SessionEnded => "session-ended",
            Self::OtherSessionsEnded => "other-sessions-ended",
            Self::IdentityUnlinked => "identity-unlinked",
            Self::PreferencesSaved => "preferences-saved",
            Self::PasswordReset => "password-reset",
            Self::EmailVerified => "email-verified",
            Self::VerificationSent => "verification-sent",
            Self::PhoneVerified => "phone-verified",
            Self::IdentityLinked => "identity-linked",
            Self::IdentityOfAnother => "identity-of-another",
            Self::OAuth2Failed => "oauth2-failed",
            Self::OAuth2Blocked => "oauth2-blocked",
            Self::OAuth2AddressTaken => "oauth2-address-taken",
            Self::TotpAdded => "totp-added",
            Self::TotpRemoved => "totp-removed",
            Self::MfaOn => "mfa-on",
            Self::MfaOff => "mfa-off",
            Self::Proved => "proved",
            Self::PasswordFirst => "password-first",
        }
    }

    /// The path of a page with this message on it.
    pub fn on(self, path: &str) -> String {
        format!("{path}?notice={}", self.name())
    }

    /// The message that the query names; anything else is none.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.name() == name)
    }

    /// Whether it says that something did not work.
    pub fn is_bad(self) -> bool {
        matches!(
            self,
            Self::IdentityOfAnother
                | Self::OAuth2Failed
                | Self::OAuth2Blocked
                | Self::OAuth2AddressTaken
        )
    }

    /// Whether somebody needs it to go on. The others say that something is done.
    pub fn stays(self) -> bool {
        self.is_bad() || matches!(self, Self::SignedOutHereOnly | Self::PasswordFirst)
    }

    /// The sentence people read.
    pub fn message(self) -> &'static str {
        match self {
            Self::SignedOut => "You are signed out.",
            Self::SignedOutHereOnly => {
                "You are signed out in this browser. The service could not be reached to end the \
                 session there as well; it ends by itself when it expires."
            }
            Self::SignedOutEverywhere => "You are signed out, here and everywhere else.",
            Self::Deactivated => "Your account is deactivated, and you are signed out.",
            Self::NameChanged => "Your name is saved.",
            Self::EmailChanged => "Your e-mail address is changed. It still has to be verified.",
            Self::PhoneChanged => "Your phone number is saved. It still has to be verified.",
            Self::PasswordChanged => {
                "Your password is changed. Your other sessions have ended, unless this site keeps \
                 them."
            }
            Self::Upgraded => "Your account is yours to keep now. Everything in it is still there.",
            Self::SessionEnded => "That session has ended.",
            Self::OtherSessionsEnded => "You are signed in here only now.",
            Self::IdentityUnlinked => "That account does not sign you in any more.",
            Self::PreferencesSaved => "Your preferences are saved.",
            Self::PasswordReset => {
                "Your new password is set, and your sessions have ended, unless this site keeps them. Sign in with it."
            }
            Self::EmailVerified => "Your e-mail address is verified.",
            Self::VerificationSent => {
                "A mail is on its way. Open the link in it to verify your address."
            }
            Self::PhoneVerified => "Your phone number is verified.",
            Self::IdentityLinked => "That account signs you in here from now on.",
            Self::IdentityOfAnother => {
                "That account was not linked: it does not have the e-mail address of this account, verified."
            }
            Self::OAuth2Failed => "That did not sign you in. Try again, or choose another way.",
            Self::OAuth2Blocked => "The account that belongs to it is blocked.",
            Self::OAuth2AddressTaken => {
                "There is an account with that e-mail address already. Sign in to it another way first."
            }
            Self::TotpAdded => "Your authenticator app works.",
            Self::TotpRemoved => "Your authenticator app is removed.",
            Self::MfaOn => "Signing in takes a second step from now on.",
            Self::MfaOff => "Signing in takes no second step any more.",
            Self::Proved => "You have proved that it is you. Go on with what you wanted to do.",
            Self::PasswordFirst => {
                "Your account has no password yet. Set one first: with it you confirm a new address \
                 or number."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Notice;

    #[test]
    fn a_notice_is_found_by_its_name() {
        for notice in Notice::ALL {
            assert_eq!(Notice::from_name(notice.name()), Some(notice));
        }
        assert_eq!(Notice::from_name("<script>"), None);
    }
}
