//! One-time messages that a redirect brings to the next page.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::sign_in_methods::provider_name;

/// A message. The server keeps it in a cookie until the next page shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flash {
    /// Signed out, here and at Appwrite.
    SignedOut,
    /// The cookie is gone, but Appwrite couldn't be told.
    SignedOutHereOnly,
    /// All sessions have ended.
    SignedOutEverywhere,
    /// The owner has deactivated the account.
    Deactivated,
    /// The name was changed.
    NameChanged,
    /// The email address was changed.
    EmailChanged,
    /// The phone number was changed.
    PhoneChanged,
    /// The password was changed.
    PasswordChanged,
    /// A guest now has a full account.
    Upgraded,
    /// One session has ended.
    SessionEnded,
    /// All sessions but this one have ended.
    OtherSessionsEnded,
    /// A provider no longer signs in to the account.
    IdentityUnlinked,
    /// The preferences were saved.
    PreferencesSaved,
    /// The color of the initials was saved.
    AvatarColorSaved,
    /// A new password was set with a link.
    PasswordReset,
    /// The email address is verified.
    EmailVerified,
    /// It was verified before.
    AlreadyVerified,
    /// An email with a link is on its way.
    VerificationSent,
    /// The phone number is verified.
    PhoneVerified,
    /// A provider now signs in to the account.
    IdentityLinked,
    /// A provider signs in to another account here.
    IdentityOfAnother,
    /// The provider didn't sign anybody in.
    #[serde(rename = "oauth2-failed")]
    OAuth2Failed,
    /// The provider's account belongs to a blocked one here.
    #[serde(rename = "oauth2-blocked")]
    OAuth2Blocked,
    /// The provider hasn't verified an address that has an account here.
    #[serde(rename = "oauth2-address-taken")]
    OAuth2AddressTaken,
    /// An authenticator app was added.
    TotpAdded,
    /// The authenticator app was set up before.
    TotpThere,
    /// Setting up an authenticator app took too long, or was given up elsewhere.
    TotpExpired,
    /// The authenticator app was removed.
    TotpRemoved,
    /// The authenticator app was removed, and two-step verification turned off.
    TotpRemovedMfaOff,
    /// Two-step verification was turned on.
    MfaOn,
    /// Two-step verification was turned off.
    MfaOff,
    /// Two-step verification can't be turned on with what the account has.
    MfaNotYet,
    /// Somebody has proved an address for the first time, and others had a way into the account.
    OthersEnded,
    /// The second step was completed again.
    Proved,
    /// An account without a password needs one first.
    PasswordFirst,
    /// Somebody came to sign in who is signed in.
    AlreadySignedIn,
    /// The account changed before somebody who was signing in had passed its second step.
    ChangedMeanwhile,
    /// The account of somebody who came from a provider has got another address.
    AddressMoved,
    /// Nobody has proved the address of somebody's account who has passed a second step.
    AddressUnproven,
    /// A form was posted without a session.
    NothingSaved,
    /// What was typed is saved.
    Saved,
    /// Something of theirs is gone.
    Deleted,
    /// What a button was for had been deleted.
    Gone,
    /// The link verified the address of an account that isn't signed in here.
    OtherEmailVerified,
}

impl Flash {
    /// Whether it says that something failed.
    pub fn is_error(self) -> bool {
        matches!(
            self,
            Self::IdentityOfAnother
                | Self::OAuth2Failed
                | Self::OAuth2Blocked
                | Self::OAuth2AddressTaken
                | Self::ChangedMeanwhile
                | Self::AddressMoved
                | Self::AddressUnproven
                | Self::NothingSaved
                | Self::MfaNotYet
                | Self::TotpExpired
                | Self::Gone
        )
    }

    /// Whether people need it to continue, so that it stays on the page. The others say that
    /// something is done.
    pub fn stays(self) -> bool {
        self.is_error() || matches!(self, Self::SignedOutHereOnly | Self::PasswordFirst)
    }

    /// The sentence people read. Some name a provider, given by Appwrite's ID, or the email address
    /// that something was sent to.
    pub fn message(self, about: Option<&str>) -> Cow<'static, str> {
        let of_provider = |what: &str| {
            let name = about.map_or_else(|| "Account".to_owned(), provider_name);
            Cow::Owned([&name, what].concat())
        };
        let sent_to = |first: &str, to: &str, then: &str| {
            Cow::Owned([first, "We sent a link to ", to, then].concat())
        };
        Cow::Borrowed(match self {
            Self::SignedOut => "You're signed out.",
            Self::SignedOutHereOnly => {
                "You're signed out in this browser. We couldn't reach the service, so the session itself lasts until it expires."
            }
            Self::SignedOutEverywhere => "You're signed out on all your devices.",
            Self::Deactivated => "Your account is deactivated and you're signed out.",
            Self::NameChanged => "Name saved.",
            Self::EmailChanged => "Email changed. Verify the new address next.",
            Self::PhoneChanged => "Phone number saved. Verify it next.",
            Self::PasswordChanged => "Password changed. Other devices may need to sign in again.",
            Self::Upgraded => match about {
                Some(to) => {
                    return sent_to("This account is yours to keep now. ", to, " to verify it.");
                }
                None => "This account is yours to keep now. Everything in it is still here.",
            },
            Self::SessionEnded => "That session has ended.",
            Self::OtherSessionsEnded => "All other sessions have ended.",
            Self::IdentityUnlinked => return of_provider(" unlinked."),
            Self::PreferencesSaved => "Preferences saved.",
            Self::AvatarColorSaved => "Color saved.",
            Self::PasswordReset => "Password changed. Sign in with your new password.",
            Self::EmailVerified => "Your email address is verified.",
            Self::AlreadyVerified => "Already verified. There's nothing left to do.",
            Self::VerificationSent => match about {
                Some(to) => {
                    return sent_to("", to, ". Open it to verify your address.");
                }
                None => "Check your email and open the link to verify your address.",
            },
            Self::PhoneVerified => "Your phone number is verified.",
            Self::IdentityLinked => return of_provider(" linked."),
            Self::IdentityOfAnother => {
                return of_provider(" needs a verified email that matches this account.");
            }
            Self::OAuth2Failed => match about {
                Some(_) => return of_provider(" sign-in was cancelled or failed."),
                None => "Sign-in was cancelled or failed.",
            },
            Self::OAuth2Blocked => "That account is blocked.",
            Self::OAuth2AddressTaken => {
                "An account with that email already exists. Sign in to it another way first."
            }
            Self::TotpAdded => "Authenticator app added.",
            Self::TotpThere => "Your authenticator app is already set up.",
            Self::TotpExpired => "Setting up the app took too long. Please start again.",
            Self::TotpRemoved => "Authenticator app removed.",
            Self::TotpRemovedMfaOff => {
                "Authenticator app removed. Two-step verification is off, too."
            }
            Self::MfaOn => "Two-step verification is on. Other devices have to sign in again.",
            Self::MfaOff => "Two-step verification is off.",
            Self::MfaNotYet => {
                "Two-step verification isn't on. Your second step has to differ from how you sign in."
            }
            Self::OthersEnded => {
                "This is the first time that you've shown this address to be yours. So a password or linked account from before no longer works, and all other sessions have ended."
            }
            Self::Proved => "Thanks, that's confirmed.",
            Self::AlreadySignedIn => "You're already signed in.",
            Self::ChangedMeanwhile => {
                "Something about this account changed while you were signing in. Please sign in again."
            }
            Self::AddressMoved => {
                "The account's email address was changed after you signed in. Please sign in again."
            }
            Self::AddressUnproven => {
                "This account's email address hasn't been verified here, so a code by email or text message isn't enough. Use an authenticator app or a recovery code, or sign in with the password. Then verify the address."
            }
            Self::NothingSaved => {
                "You weren't signed in, so nothing was changed. Sign in, then try again."
            }
            Self::Saved => "Saved.",
            Self::Deleted => "Deleted.",
            Self::Gone => "That was deleted in the meantime.",
            Self::OtherEmailVerified => {
                "That address is verified. It belongs to another account, and you're still signed in to this one."
            }
            Self::PasswordFirst => {
                "Set a password first. You need it to confirm a new email or phone number."
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Flash;

    #[test]
    fn a_message_about_a_provider_names_it() {
        let message = Flash::OAuth2Failed.message(Some("github"));
        assert_eq!(message, "GitHub sign-in was cancelled or failed.");
        assert_eq!(Flash::IdentityLinked.message(None), "Account linked.");
    }

    #[test]
    fn a_message_about_an_email_says_where_it_went() {
        let message = Flash::VerificationSent.message(Some("ada@example.com"));
        let sent = "We sent a link to ada@example.com. Open it to verify your address.";
        assert_eq!(message, sent);
    }
}
