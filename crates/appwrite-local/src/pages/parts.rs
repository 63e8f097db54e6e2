//! What several pages have.

use maud::{Markup, html};

/// How many rows, or users, are on a page.
pub const PAGE_SIZE: u32 = 25;

/// The time of a date, as `hour:minute:second`.
pub fn clock(date: &str) -> Markup {
    html! { time datetime=(date) { (date.get(11..19).unwrap_or(date)) } }
}

/// A date and its time.
pub fn date(date: &str) -> Markup {
    let day = date.get(..10).unwrap_or_default();
    let clock = date.get(11..19).unwrap_or(date);
    html! { time datetime=(date) { (day) " " (clock) " UTC" } }
}

/// Where a page of a list is in the whole list.
pub struct Paging<'a> {
    /// The list's address, and what else is in its query.
    pub path: &'a str,
    pub query: &'a [(&'a str, &'a str)],
    /// The page. The first is 0.
    pub number: u32,
    /// How many are on it.
    pub shown: usize,
    /// How many there are on all pages, in words.
    pub total: &'a str,
    /// Whether there's another page.
    pub more: bool,
}

impl Paging<'_> {
    fn address(&self, number: u32) -> String {
        let mut query = url::form_urlencoded::Serializer::new(format!("{}?", self.path));
        query.extend_pairs(self.query);
        if number > 0 {
            query.append_pair("page", &number.to_string());
        }
        query.finish()
    }
}

/// Which part of a list is shown, and the way to the parts beside it.
pub fn paging(paging: &Paging<'_>) -> Markup {
    let before = u64::from(paging.number) * u64::from(PAGE_SIZE);
    let last = before + u64::try_from(paging.shown).unwrap_or_default();
    html! {
        nav.paging aria-label="Parts of the list" {
            @if let Some(number) = paging.number.checked_sub(1) {
                a rel="prev" href=(paging.address(number)) { "Newer" }
            }
            @if paging.shown > 0 {
                span.muted { (before + 1) "–" (last) " of " (paging.total) }
            }
            @if paging.more {
                a rel="next" href=(paging.address(paging.number + 1)) { "Older" }
            }
        }
    }
}

/// A form that deletes something, once it's opened.
pub fn delete_form(action: &str, what: &str, warning: &str) -> Markup {
    html! {
        details.card {
            summary { "Delete this " (what) }
            form method="post" action=(action) {
                p { (warning) }
                button.danger type="submit" { "Delete the " (what) }
            }
        }
    }
}
