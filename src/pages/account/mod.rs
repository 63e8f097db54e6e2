//! `/account` and the pages below it.

pub mod activity;
pub mod identities;
pub mod preferences;
pub mod profile;
pub mod security;
pub mod sessions;
pub mod settings;

use leptos::prelude::*;

use super::Page;
use crate::{
    components::{Drawing, Icon, Initials, Message, Press},
    model::{Account, Told},
};

/// A part of the account with a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Profile,
    Security,
    Sessions,
    Identities,
    Preferences,
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

    fn path(self) -> &'static str {
        match self {
            Self::Profile => "/account",
            Self::Security => "/account/security",
            Self::Sessions => "/account/sessions",
            Self::Identities => "/account/identities",
            Self::Preferences => "/account/preferences",
            Self::Activity => "/account/activity",
        }
    }

    fn title(self) -> &'static str {
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

/// A page of a section: whose account it is, the way to the other sections, and this one.
fn page<View: IntoView + 'static>(
    account: &Account,
    section: Section,
    told: Option<Told>,
    content: impl FnOnce() -> View + Send + 'static,
) -> Page {
    let name = display_name(account);
    let known_by = if account.name.is_empty() {
        String::new()
    } else if account.email.is_empty() {
        account.phone.clone()
    } else {
        account.email.clone()
    };
    Page::new(section.title(), move || {
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
                        <Initials of=name.clone() />
                        <div>
                            <p class="account-name">{name}</p>
                            <p class="muted">{known_by}</p>
                        </div>
                    </header>
                    <nav class="account-nav" aria-label="Your account">
                        <ul>{links}</ul>
                    </nav>
                    <p class="muted account-out">
                        <a href="/signout">"Sign out everywhere"</a>
                    </p>
                </div>
                <div class="account-main">
                    <h1>{section.title()}</h1>
                    <Message told=told />
                    {content()}
                </div>
            </div>
        }
    })
}

/// What to call somebody.
fn display_name(account: &Account) -> String {
    [&account.name, &account.email, &account.phone]
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or_else(|| "Guest".to_owned(), String::clone)
}

/// A line of a section: what it is, what it is now, and where it is changed.
#[component]
fn Row(
    /// What it is.
    label: &'static str,
    /// Where it is changed; empty when it cannot be.
    #[prop(optional)]
    href: &'static str,
    /// What the link says.
    #[prop(default = "Change")]
    action: &'static str,
    /// Whether it does something at once, and leads to no page of its own.
    #[prop(optional)]
    acts: bool,
    /// What it is now.
    children: Children,
) -> impl IntoView {
    let words = move || {
        view! {
            {action}
            <span class="hidden">" " {label.to_lowercase()}</span>
        }
    };
    let link = (!href.is_empty()).then(|| {
        if acts {
            view! {
                <Press action=href class="link">
                    {words()}
                </Press>
            }
            .into_any()
        } else {
            view! { <a href=href>{words()}</a> }.into_any()
        }
    });
    view! {
        <div class="setting">
            <dt>{label}</dt>
            <dd>{children()}</dd>
            {link.map(|link| view! { <dd class="setting-action">{link}</dd> })}
        </div>
    }
}
