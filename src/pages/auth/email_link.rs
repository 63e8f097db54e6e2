//! What pages share that links in emails lead to.
//!
//! Programs that scan emails open links too, so opening one changes nothing: each of these pages
//! shows a form, and the form does the work.

use leptos::prelude::*;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    components::FormState,
    error::AppError,
    model::Account,
    pages::{Page, PageResult},
    server::{auth::flow, request},
};

/// A page that a link leads to: its form, or where to get a new link once this one has expired.
///
/// The link's secret stays in the page's query and isn't written into the page.
pub fn page<View: IntoView + 'static>(
    title: &'static str,
    form: FormState,
    link: EmailLink,
    content: impl FnOnce() -> View + Send + 'static,
) -> PageResult {
    let user_id = request::query("userId");
    // If an email program has cut the link off, it's as good as none.
    let is_cut_off = user_id.is_empty() || request::query("secret").is_empty();
    let is_dead = is_cut_off
        || is_past(&request::query("expire"), OffsetDateTime::now_utc())
        || form.error() == Some(&AppError::LinkExpired);
    let page = if is_dead {
        let expired = FormState::refused(Vec::new(), AppError::LinkExpired);
        Page::form(title, expired, move || {
            view! {
                <p>
                    <a class="button button-primary" href=link.new_link>
                        {link.new_link_label}
                    </a>
                </p>
            }
        })
    } else {
        let owner = Owner::of(&user_id)?;
        Page::form(title, form, move || {
            view! {
                {owner.show(link)}
                {content()}
                <p class="card-foot">
                    "Link not working? " <a href=link.new_link>{link.new_link_label}</a>
                </p>
            }
        })
    };
    Ok(page.into())
}

/// A kind of link.
#[derive(Clone, Copy)]
pub struct EmailLink {
    /// The page that sends a new one.
    pub new_link: &'static str,
    /// What the way there says.
    pub new_link_label: &'static str,
    /// What using it means for somebody who is signed in to another account.
    pub in_another_account: &'static str,
    /// Whether an attacker gains something if somebody else uses it, who then has to know that they
    /// didn't ask for it.
    pub can_be_a_trap: bool,
}

/// Whose link it is, as far as that's known. Anybody can write any ID into an address, so it's only
/// compared with what this browser knows.
struct Owner {
    /// Who is signed in, if it's somebody else.
    another: Option<String>,
    /// Where the link was sent, if this browser has asked for it.
    address: Option<String>,
    is_known_here: bool,
}

impl Owner {
    fn of(user_id: &str) -> Result<Self, AppError> {
        let visitor = request::visitor();
        let is_theirs = visitor.as_ref().is_some_and(|it| it.id == user_id);
        let address = flow::address_asked_for(user_id)?;
        Ok(Self {
            is_known_here: is_theirs || address.is_some(),
            another: visitor.filter(|_| !is_theirs).map(name_of),
            address,
        })
    }

    fn show(self, link: EmailLink) -> impl IntoView {
        let another = self.another.map(|another| {
            let account = match self.address {
                Some(address) => view! { <strong>{address}</strong> }.into_any(),
                None => "another account".into_any(),
            };
            view! {
                <p class="note">
                    "You're signed in as " <strong>{another}</strong> ". This link is for " {account}
                    ". " {link.in_another_account}
                </p>
            }
        });
        let warning = (link.can_be_a_trap && !self.is_known_here).then(|| {
            view! {
                <p class="note note-bad">
                    "This browser didn't ask for this link. If you didn't ask for it elsewhere either, don't use it."
                </p>
            }
        });
        view! {
            {another}
            {warning}
        }
    }
}

/// What people know an account by.
fn name_of(account: Account) -> String {
    [account.email, account.phone, account.name]
        .into_iter()
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "a guest".to_owned())
}

/// Whether the time that stands in a link has passed. Appwrite writes it in UTC, with a `T` or a space
/// in the middle. What can't be read says nothing: only Appwrite knows then.
fn is_past(expire: &str, now: OffsetDateTime) -> bool {
    let Some((seconds, rest)) = expire.split_at_checked(19) else {
        return false;
    };
    let zone = rest.trim_start_matches(|digit: char| digit == '.' || digit.is_ascii_digit());
    // A plus that nobody has escaped is a space.
    if !["", "Z", "+00:00", " 00:00"].contains(&zone) {
        return false;
    }
    let utc = [&seconds.replacen(' ', "T", 1), "Z"].concat();
    OffsetDateTime::parse(&utc, &Rfc3339).is_ok_and(|expire| expire <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_time_that_has_passed_is_past() {
        let now = OffsetDateTime::parse("2026-11-28T12:00:00Z", &Rfc3339).unwrap();
        for past in [
            "2026-11-28T11:59:59.123+00:00",
            "2026-11-28T11:59:59.123 00:00",
            "2026-11-28 11:59:59.722",
            "2026-11-28T12:00:00Z",
            "2025-01-01T00:00:00",
        ] {
            assert!(is_past(past, now), "{past}");
        }
        for open in [
            "2026-11-28T12:00:01.000+00:00",
            "2027-11-28 07:57:35.722",
            // In another zone this may be later.
            "2026-11-28T11:59:59.123-05:00",
            "",
            "soon",
            "0",
            "1700000000",
            "9999-99-99T99:99:99Z",
            "äääääääääääääääääääääääääääää",
        ] {
            assert!(!is_past(open, now), "{open}");
        }
    }
}
