//! Users.

use maud::{Markup, html};

use super::{
    layout::layout,
    parts::{Paging, date, delete_form, paging},
};
use crate::store::{SessionRow, UserRow};

/// The address of the list.
pub const PATH: &str = "/_local/users";

/// What the list shows.
pub struct Users<'a> {
    pub users: &'a [UserRow],
    /// What was searched for.
    pub search: &'a str,
    /// Which page it is. The first is 0.
    pub number: u32,
    /// How many users there are on all pages.
    pub total: u64,
    /// Whether there's another page.
    pub more: bool,
    /// Whether a user has just been deleted.
    pub deleted: bool,
}

/// The list of users, newest first.
pub fn list(view: &Users<'_>) -> Markup {
    let query = [("search", view.search)];
    layout(
        "Users",
        html! {
            h1 { "Users" }
            @if view.deleted { p role="status" { "The user was deleted." } }
            form.row.card method="get" action=(PATH) {
                div.grow {
                    label for="search" { "ID, name, email or phone" }
                    input #search type="search" name="search" value=(view.search)
                        autocomplete="off";
                }
                button.quiet type="submit" { "Show" }
            }
            @if view.users.is_empty() {
                div.card {
                    @if view.search.is_empty() {
                        p { "There are no users here." }
                    } @else {
                        p { "No user has “" (view.search) "”." }
                        p { a href=(PATH) { "Show every user" } }
                    }
                }
            } @else {
                div.wide role="region" aria-label="Users" tabindex="0" {
                    table.rows {
                        thead {
                            tr {
                                th scope="col" { "$id" }
                                th scope="col" { "Name" }
                                th scope="col" { "Email" }
                                th scope="col" { "Phone" }
                                th scope="col" { "Registered" }
                            }
                        }
                        tbody { @for user in view.users { (line(user)) } }
                    }
                }
            }
            (paging(&Paging {
                path: PATH,
                query: if view.search.is_empty() { &[] } else { &query },
                number: view.number,
                shown: view.users.len(),
                total: &view.total.to_string(),
                more: view.more,
            }))
        },
    )
}

fn line(user: &UserRow) -> Markup {
    html! {
        tr {
            th scope="row" {
                a href={ (PATH) "/" (user.id) } { code { (user.id) } }
                @if !user.status { span.muted { " (blocked)" } }
            }
            td data-label="Name" { bdi { (user.name) } }
            td data-label="Email" { (user.email().unwrap_or_default()) }
            td data-label="Phone" { (user.phone.as_deref().unwrap_or_default()) }
            td data-label="Registered" { (date(&user.registration)) }
        }
    }
}

/// A user, and their sessions.
pub fn user(user: &UserRow, sessions: &[SessionRow]) -> Markup {
    let address = |address: Option<&str>, verified: bool| {
        html! {
            @match address {
                Some(address) => {
                    (address) " "
                    span.muted { (if verified { "verified" } else { "not verified" }) }
                }
                None => { span.muted { "none" } }
            }
        }
    };
    let warning = "With everything that belongs to the account. Rows stay.";
    layout(
        &user.id,
        html! {
            nav.way aria-label="Breadcrumb" { a href=(PATH) { "Users" } }
            h1 {
                @if user.name.is_empty() { code { (user.id) } } @else { bdi { (user.name) } }
            }
            section.card {
                dl {
                    dt { "$id" } dd { code { (user.id) } }
                    dt { "Email" } dd { (address(user.email(), user.email_verification)) }
                    dt { "Phone" } dd { (address(user.phone.as_deref(), user.phone_verification)) }
                    dt { "Password" } dd { (if user.password.is_some() { "yes" } else { "none" }) }
                    dt { "Two-step verification" } dd { (if user.mfa { "on" } else { "off" }) }
                    dt { "Status" } dd { (if user.status { "active" } else { "blocked" }) }
                    dt { "Labels" } dd { (user.labels.join(", ")) }
                    dt { "Preferences" } dd { code { (user.prefs) } }
                    dt { "Registered" } dd { (date(&user.registration)) }
                    dt { "Last seen" } dd { (date(&user.accessed)) }
                }
            }
            section.card {
                h2 { "Sessions" }
                @if sessions.is_empty() { p.muted { "None." } }
                ul.plain {
                    @for session in sessions {
                        li {
                            (session.provider) " from " (session.ip) ", until "
                            (date(&session.expire))
                        }
                    }
                }
            }
            (delete_form(&format!("{PATH}/{}/delete", user.id), "user", warning))
        },
    )
}
