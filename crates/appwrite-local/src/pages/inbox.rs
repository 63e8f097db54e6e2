//! The inbox: the emails and text messages that would have been sent.

use maud::{Markup, html};

use super::{
    layout::layout_with_head,
    parts::{clock, date},
};
use crate::store::{Message, MessageKind};

/// Keeps the page up to date, and copies codes.
pub const SCRIPT: &str = include_str!("inbox.js");

/// The list of messages, in the given order, next to the open one. `filter` is the only address
/// whose messages are listed.
pub fn page(messages: &[Message], open: Option<&Message>, filter: Option<&str>) -> Markup {
    let filter = filter.unwrap_or_default();
    let head = html! {
        script src="/_local/inbox.js" defer {}
        // Without scripts, reload the list, but not under somebody who is reading a message.
        @if open.is_none() {
            noscript { meta http-equiv="refresh" content="5"; }
        }
    };
    let title = open.map_or("Inbox", title_of);
    layout_with_head(
        title,
        head,
        html! {
            @if open.is_none() { h1 { "Inbox" } }
            p #news role="status" {}
            div.inbox.open[open.is_some()] {
                section.list aria-label="Messages" {
                    form.row.card method="get" action="/_local/inbox" {
                        div.grow {
                            label for="to" { "Sent to" }
                            input #to type="search" name="to" value=(filter)
                                placeholder="An address or a number" autocomplete="off";
                        }
                        button.quiet type="submit" { "Show" }
                    }
                    div #list { (list(messages, open, filter)) }
                }
                @if let Some(message) = open { (article(message)) }
            }
        },
    )
}

fn title_of(message: &Message) -> &str {
    if message.subject.is_empty() {
        "Text message"
    } else {
        &message.subject
    }
}

fn list(messages: &[Message], open: Option<&Message>, filter: &str) -> Markup {
    let query = if filter.is_empty() {
        String::new()
    } else {
        let mut query = url::form_urlencoded::Serializer::new("?".to_owned());
        query.append_pair("to", filter).finish()
    };
    html! {
        @if messages.is_empty() {
            div.card {
                @if filter.is_empty() {
                    p { "Nothing has been sent yet." }
                    p.muted {
                        "Sign-in links and codes, password resets and verifications appear here "
                        "as soon as an app requests them."
                    }
                } @else {
                    p { "Nothing was sent to “" (filter) "”." }
                    p { a href="/_local/inbox" { "Show every message" } }
                }
            }
        } @else {
            ul.messages {
                @for message in messages {
                    @let current = open.is_some_and(|open| open.id == message.id);
                    li {
                        a href={ "/_local/inbox/" (message.id) (query) }
                            data-id=(message.id)
                            aria-current=[current.then_some("true")]
                        {
                            span.to {
                                span { (message.to) }
                                (clock(&message.created))
                            }
                            span.subject { (title_of(message)) }
                            @if message.kind == MessageKind::Sms {
                                " " span.muted { (message.text) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn article(message: &Message) -> Markup {
    let link = message
        .link
        .as_deref()
        .filter(|link| link.starts_with("http://") || link.starts_with("https://"));
    html! {
        article.card {
            h1 { (title_of(message)) }
            p.muted { "To " (message.to) " · " (date(&message.created)) }
            @if let Some(code) = &message.code {
                div.code {
                    output aria-label="Code" { (code) }
                    button.quiet type="button" data-copy=(code) hidden { "Copy" }
                }
            }
            @if let Some(link) = link {
                p { a.button href=(link) { "Open the link" } }
                p.url { (link) }
            }
            p.text { (message.text) }
            p { a href="/_local/inbox" { "All messages" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            id: "m1".into(),
            created: "2026-08-21T12:34:56.000+00:00".into(),
            kind: MessageKind::Email,
            to: "ada@example.com".into(),
            subject: "<script>alert(1)</script>".into(),
            text: "Hello\n& welcome".into(),
            link: None,
            code: Some("123456".into()),
        }
    }

    #[test]
    fn messages_are_escaped() {
        let message = message();
        let page = page(
            std::slice::from_ref(&message),
            Some(&message),
            Some("\"><b>"),
        );
        let page = page.into_string();
        assert!(!page.contains("<script>alert"), "{page}");
        assert!(!page.contains("\"><b>"), "{page}");
        assert!(page.contains("&amp; welcome"), "{page}");
        assert!(page.contains("123456"), "{page}");
    }

    #[test]
    fn only_web_addresses_become_links() {
        for (link, shown) in [
            ("https://example.com/a?b=c", true),
            ("http://localhost/", true),
            ("javascript:alert(1)", false),
            ("appwrite-callback-local://x", false),
        ] {
            let message = Message {
                link: Some(link.into()),
                ..message()
            };
            let page = page(&[], Some(&message), None).into_string();
            assert_eq!(page.contains("Open the link"), shown, "{link}");
        }
    }

    #[test]
    fn without_scripts_the_list_reloads_but_an_open_message_stays() {
        let message = message();
        let refresh = "http-equiv=\"refresh\"";
        assert!(page(&[], None, None).into_string().contains(refresh));
        assert!(
            !page(&[], Some(&message), None)
                .into_string()
                .contains(refresh)
        );
    }
}
