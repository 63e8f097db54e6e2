//! `/account/confirm/code`

use leptos::prelude::*;

use super::change;
use crate::{
    components::{CodeField, FormState, SubmitButton},
    islands::account::ConfirmCodeForm,
    model::Goto,
    pages::{Cancel, LocalInbox, Page, PageResult, SendAgain, auth::SecurityPhrase},
    server::{
        auth::{
            flow::{self, Flow},
            proof,
        },
        request,
    },
};

/// Asks for the code that was sent to prove whose the account is.
pub async fn page(form: FormState) -> PageResult {
    let id = request::query("flow");
    let (to, phrase, next) = match flow::find(&id)? {
        Some(Flow::Proof {
            to, phrase, next, ..
        }) => (to, phrase, next),
        Some(Flow::Done { path }) => return Ok(Goto::page(path).into()),
        _ => return change::lead_away(&form, Goto::page(proof::PAGE)),
    };
    let sent = flow::age(&id)?;
    let page = Page::form("Confirm it's you", form, move || {
        view! {
            <p>"We sent a code to " <strong>{to}</strong> "."</p>
            <SecurityPhrase phrase=phrase />
            <LocalInbox />
            <ConfirmCodeForm>
                <CodeField />
                <SubmitButton busy="Checking…">"Continue"</SubmitButton>
            </ConfirmCodeForm>
            <div>
                <SendAgain
                    action="/account/confirm/send"
                    with=vec![("next", next.clone())]
                    sent=sent
                />
            </div>
            <Cancel next=next />
        }
    });
    Ok(page.into())
}
