//! What a card says about the change that has just been made in it.

use leptos::prelude::*;

use crate::{
    components::FlashMessage, model::Flash, pages::LocalInbox, server::auth::flash::Message,
};

/// A card that says itself what was changed in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Card {
    /// The name, and where the account's owner can be reached.
    Details,
    /// The password.
    Password,
    /// Two-step verification.
    TwoStep,
    /// The sessions.
    Sessions,
    /// The linked accounts.
    Identities,
    /// How pages look, and how dates are written.
    Preferences,
    /// The color of the initials.
    AvatarColor,
}

impl Card {
    /// The card that a message is about. `None` if it's about the whole page.
    pub fn of(flash: Flash) -> Option<Self> {
        match flash {
            Flash::NameChanged
            | Flash::EmailChanged
            | Flash::PhoneChanged
            | Flash::Upgraded
            | Flash::VerificationSent
            | Flash::EmailVerified
            | Flash::AlreadyVerified
            | Flash::PhoneVerified => Some(Self::Details),
            Flash::PasswordChanged => Some(Self::Password),
            Flash::TotpAdded
            | Flash::TotpThere
            | Flash::TotpExpired
            | Flash::TotpRemoved
            | Flash::TotpRemovedMfaOff
            | Flash::MfaOn
            | Flash::MfaOff
            | Flash::MfaNotYet => Some(Self::TwoStep),
            Flash::SessionEnded | Flash::OtherSessionsEnded => Some(Self::Sessions),
            Flash::IdentityLinked
            | Flash::IdentityUnlinked
            | Flash::IdentityOfAnother
            | Flash::OAuth2Failed
            | Flash::OAuth2Blocked
            | Flash::OAuth2AddressTaken => Some(Self::Identities),
            Flash::PreferencesSaved => Some(Self::Preferences),
            Flash::AvatarColorSaved => Some(Self::AvatarColor),
            Flash::SignedOut
            | Flash::SignedOutHereOnly
            | Flash::SignedOutEverywhere
            | Flash::Deactivated
            | Flash::PasswordReset
            | Flash::OthersEnded
            | Flash::Proved
            | Flash::PasswordFirst
            | Flash::AlreadySignedIn
            | Flash::ChangedMeanwhile
            | Flash::AddressMoved
            | Flash::AddressUnproven
            | Flash::NothingSaved
            | Flash::Saved
            | Flash::Deleted
            | Flash::Gone
            | Flash::OtherEmailVerified => None,
        }
    }
}

/// The message for one of the page's cards. The page provides it, and the card it's about shows it.
#[derive(Clone)]
pub struct CardMessage(pub Option<Message>);

/// What was changed in this card, if that's what led here.
#[component]
pub fn CardResult(
    /// The card that it's in.
    card: Card,
) -> impl IntoView {
    let CardMessage(message) = use_context()?;
    let (flash, about) = message.filter(|(flash, _)| Card::of(*flash) == Some(card))?;
    // Whoever is told where an email went wants to read it.
    let inbox = (card == Card::Details && about.is_some()).then(|| view! { <LocalInbox /> });
    Some(view! {
        <FlashMessage flash=flash about=about in_card=true />
        {inbox}
    })
}
