//! `/signin/sent`

use leptos::prelude::*;

use super::security_phrase::SecurityPhrase;
use crate::{
    model::Goto,
    pages::{LocalInbox, Page, PageResult, SendAgain},
    server::{
        auth::flow::{self, Flow},
        http::links::with_next,
        request,
    },
};

/// Says that a sign-in link is on its way.
pub async fn page() -> PageResult {
    let id = request::query("flow");
    let Some(Flow::Link {
        to, phrase, next, ..
    }) = flow::find(&id)?
    else {
        return Ok(Goto::page("/signin").into());
    };
    let sent = flow::age(&id)?;
    let page = Page::card("Check your email", move || {
        let again = vec![("email", to.clone()), ("next", next.clone())];
        view! {
            <p>
                "We sent a link to " <strong>{to}</strong>
                ". Open it in any browser. It works once, for an hour."
            </p>
            <SecurityPhrase phrase=phrase />
            <LocalInbox />
            <div class="card-foot row">
                <SendAgain action="/signin/magic-url" with=again sent=sent />
                <a href=with_next("/signin/magic-url", &next)>"Change address"</a>
                <a href=with_next("/signin", &next)>"Sign in another way"</a>
            </div>
        }
    });
    Ok(page.into())
}
