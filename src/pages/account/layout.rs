//! What the account's pages share: whose account it is, and links to its sections.

use leptos::prelude::*;

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

/// A section's page. Its form finds what it needs in `form`.
pub fn page<View: IntoView + 'static>(
    account: &Account,
    section: Section,
    form: FormState,
    content: impl FnOnce() -> View + Send + 'static,
) -> Page {
    page_titled(section.title(), account, section, form, content)
}

/// A page with this title that belongs to a section.
pub fn page_titled<View: IntoView + 'static>(
    title: &'static str,
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
    let messages = Messages::of(&form);
    let page = Page::new(title, move || {
        provide_context(form);
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
