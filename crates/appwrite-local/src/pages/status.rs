//! The status page.

use maud::{Markup, html};

use super::layout::layout;

/// What the page shows.
pub struct Status<'a> {
    /// The version of Appwrite that this server answers like.
    pub version: &'a str,
    /// The endpoint to give an SDK.
    pub endpoint: &'a str,
    /// The project's ID.
    pub project: &'a str,
    /// The first API key's secret.
    pub key: &'a str,
    /// The data folder; `None` when the data is in memory.
    pub data: Option<&'a str>,
    /// How many users there are.
    pub users: u64,
    /// How many sessions there are.
    pub sessions: u64,
    /// How many tables there are, in all databases.
    pub tables: u64,
    /// How many messages the inbox holds.
    pub messages: u64,
    /// Whether rate limits are enforced.
    pub limits: bool,
    /// The OAuth2 providers that are switched on.
    pub providers: &'a [String],
}

/// The page.
pub fn page(status: &Status<'_>) -> Markup {
    let count = |number: u64, one: &str, many: &str| {
        html! { strong { (number) } (if number == 1 { one } else { many }) }
    };
    layout(
        "Status",
        html! {
            h1 { "Appwrite, on this machine" }
            p.lead {
                "This server answers like Appwrite " (status.version)
                ", for accounts, users and databases. No emails or text messages leave this machine."
            }
            ul.tiles {
                li { a href="/_local/users" { (count(status.users, "user", "users")) } }
                li { (count(status.sessions, "session", "sessions")) }
                li { a href="/_local/tables" { (count(status.tables, "table", "tables")) } }
                li { a href="/_local/inbox" { (count(status.messages, "message", "messages")) } }
            }
            section.card {
                h2 id="env" { "For your app’s .env" }
                pre aria-labelledby="env" tabindex="0" {
                    "APPWRITE_ENDPOINT=" (status.endpoint) "\n"
                    "APPWRITE_PROJECT_ID=" (status.project) "\n"
                    "APPWRITE_KEY=" (status.key)
                }
            }
            section.card {
                h2 { "How it runs" }
                dl {
                    dt { "Data" }
                    dd {
                        @match status.data {
                            Some(folder) => { code { (folder) } }
                            None => { "In memory, gone once the server stops" }
                        }
                    }
                    dt { "Rate limits" }
                    dd { (if status.limits { "Enforced" } else { "Off" }) }
                    dt { "OAuth2 providers" }
                    dd {
                        @if status.providers.is_empty() {
                            "None"
                        } @else {
                            ul.tags {
                                @for provider in status.providers { li { (provider) } }
                            }
                        }
                    }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_shown_is_escaped() {
        let page = page(&Status {
            version: "1.9.6",
            endpoint: "http://localhost/v1",
            project: "<script>",
            key: "k&k",
            data: None,
            users: 1,
            sessions: 2,
            tables: 3,
            messages: 0,
            limits: true,
            providers: &[],
        })
        .into_string();
        assert!(
            page.contains("APPWRITE_PROJECT_ID=&lt;script&gt;"),
            "{page}"
        );
        assert!(page.contains("APPWRITE_KEY=k&amp;k"), "{page}");
        assert!(!page.contains("<script>"), "{page}");
    }
}
