//! What every page has around its content.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A whole page.
pub fn layout(title: &str, body: Markup) -> Markup {
    layout_with_head(title, html! {}, body)
}

/// A whole page with more in its head.
pub fn layout_with_head(title: &str, head: Markup, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · Local Appwrite" }
                link rel="icon" href="data:,";
                style { (PreEscaped(include_str!("style.css"))) }
                (head)
            }
            body {
                header {
                    a.brand href="/" { "Local Appwrite" }
                    nav aria-label="Pages" {
                        a href="/" { "Status" }
                        a href="/_local/inbox" { "Inbox" }
                        a href="/_local/tables" { "Tables" }
                        a href="/_local/users" { "Users" }
                    }
                }
                main { (body) }
                footer { "For development and tests on one machine only." }
            }
        }
    }
}
