//! What the account's pages share: whose account it is, and links to its sections.

use leptos::prelude::*;

use super::card_result::{Card, CardMessage};
use crate::{
    components::{Drawing, FormState, Icon, Initials},
    model::Account,
    pages::{Messages, Page},
};

/// A part of the account with a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Who is signed in.
    Profile,
    /// The password and two-step verification.
    Security,
    /// Where they're signed in.
    Sessions,
    /// Their accounts at OAuth2 providers.
    Identities,
    /// Their preferences for this site.
    Preferences,
    /// Recent activity.
    Activity,
}

impl Section {
    const ALL: [Self; 6] = [
        Self::Profile,
        Self::Security,
        Self::Sessions,
        Self::Identities,
        Self::Preferences,
        Self::Activity,
    ];

    /// Its page.
    pub fn path(self) -> &'static str {
        match self {
            Self::Profile => "/account",
            Self::Security => "/account/security",
            Self::Sessions => "/account/sessions",
            Self::Identities => "/account/identities",
            Self::Preferences => "/account/preferences",
            Self::Activity => "/account/activity",
        }
    }

    /// What people read.
    pub fn title(self) -> &'static str {
        match self {
            Self::Profile => "Profile",
            Self::Security => "Security",
            Self::Sessions => "Sessions",
            Self::Identities => "Linked accounts",
            Self::Preferences => "Preferences",
            Self::Activity => "Activity",
        }
    }

    /// The cards on its page that say what was changed in them. They're always there.
    fn cards(self) -> &'static [Card] {
        match self {
            Self::Profile => &[Card::Details],
            Self::Security => &[Card::Password, Card::TwoStep],
            Self::Sessions => &[Card::Sessions],
            Self::Identities => &[Card::Identities],
            Self::Preferences => &[Card::Preferences, Card::AvatarColor],
            Self::Activity => &[],
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Profile => Icon::Person,
            Self::Security => Icon::Shield,
            Self::Sessions => Icon::Devices,
            Self::Identities => Icon::Link,
            Self::Preferences => Icon::Sliders,
            Self::Activity => Icon::Clock,
        }
    }
}

/// A section's page. Its form finds what it needs in `form`, and its cards the message that led here.
pub fn page<View: IntoView + 'static>(
    account: &Account,
    section: Section,
    form: FormState,
    content: impl FnOnce() -> View + Send + 'static,
) -> Page {
    let cards = section.cards();
    page_with_cards(section.title(), cards, account, section, form, content)
}

/// A page with this title that belongs to a section.
pub fn page_titled<View: IntoView + 'static>(
    title: &'static str,
    account: &Account,
    section: Section,
    form: FormState,
    content: impl FnOnce() -> View + Send + 'static,
) -> Page {
    page_with_cards(title, &[], account, section, form, content)
}

fn page_with_cards<View: IntoView + 'static>(
    title: &'static str,
    cards: &'static [Card],
    account: &Account,
    section: Section,
    form: FormState,
    content: impl FnOnce() -> View + Send + 'static,
) -> Page {
    let name = account.display_name().to_owned();
    let color = account.preferences.color;
    let known_by = if account.name.is_empty() {
        String::new()
    } else if account.email.is_empty() {
        account.phone.clone()
    } else {
        account.email.clone()
    };
    // Where the side bar may cut them off.
    let in_full = |text: &str| (text.chars().count() > 20).then(|| text.to_owned());
    let titles = (in_full(&name), in_full(&known_by));
    let error = form.error().cloned();
    let mut messages = Messages::of(&form);
    let in_card =
        messages.take_message(|flash| Card::of(flash).is_some_and(|card| cards.contains(&card)));
    let page = Page::new(title, move || {
        provide_context(form);
        provide_context(CardMessage(in_card));
        let links = Section::ALL
            .into_iter()
            .map(|other| {
                let current = (other == section).then_some("page");
                view! {
                    <li>
                        <a href=other.path() aria-current=current>
                            <Drawing icon=other.icon() />
                            {other.title()}
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! {
            <div class="account">
                <div class="account-side">
                    <header class="account-head">
                        <Initials of=name.clone() color=color />
                        <div>
                            <p class="account-name" dir="auto" title=titles.0.clone()>
                                {name.clone()}
                            </p>
                            <p class="muted" dir="auto" title=titles.1.clone()>
                                {known_by.clone()}
                            </p>
                        </div>
                    </header>
                    <nav class="account-nav" aria-label="Your account">
                        <ul>{links}</ul>
                    </nav>
                </div>
                <div class="account-main">
                    <h1>{title}</h1>
                    {messages.show()}
                    {content()}
                </div>
            </div>
        }
    });
    page.with_error(error)
}
