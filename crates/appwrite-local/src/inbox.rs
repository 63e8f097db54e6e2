//! The mails and text messages that would have been sent.
//!
//! None of the routes that are here so far sends one, so the page has nothing to list.

use axum::response::Html;

/// `GET /_local/inbox`
pub async fn page() -> Html<&'static str> {
    Html(
        "<!doctype html><html lang=en><meta charset=utf-8>\
         <meta name=viewport content='width=device-width'>\
         <meta name=color-scheme content='light dark'><title>Inbox</title>\
         <body style='font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem'>\
         <h1>Inbox</h1><p>Nothing has been sent. Mails and text messages that Appwrite would have \
         sent are shown here.</p></body></html>",
    )
}
