//! `/account/phone/verify`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{CodeField, FormState, SubmitButton},
    islands::account::VerifyPhoneForm,
    model::{Flash, Goto},
    pages::{LocalInbox, PageResult, SendAgain},
    server::{
        auth::{flow, session},
        request,
    },
};

/// Asks for the code that verifies the phone number. Where there's none, or it's verified, leads there.
pub async fn page(form: FormState) -> PageResult {
    let account = session::account().await?;
    if account.phone.is_empty() {
        return change::lead_away(&form, Goto::page("/account/phone"));
    }
    if account.phone_verified {
        return change::lead_away(&form, Goto::page_with("/account", Flash::PhoneVerified));
    }
    let sent = flow::age(&request::query("flow"))?;
    change::page(
        "Verify your phone number",
        form,
        Section::Profile,
        move || {
            view! {
                <p>"We sent a code to " <strong>{account.phone}</strong> "."</p>
                <LocalInbox />
                <VerifyPhoneForm>
                    <CodeField />
                    <SubmitButton busy="Checking…">"Verify number"</SubmitButton>
                </VerifyPhoneForm>
                <div class="row">
                    <SendAgain action="/account/phone/send" sent=sent />
                    <a href="/account/phone">"Change number"</a>
                </div>
            }
        },
    )
}
