//! `/account/confirm`

use leptos::prelude::*;

use super::change;
use crate::{
    components::{FormState, PasswordField, PostButton, SubmitButton},
    islands::account::ConfirmForm,
    model::Goto,
    pages::{Cancel, Page, PageResult},
    server::{
        auth::{
            flow::Channel,
            proof::{self, Brings, Way},
            session,
        },
        http::links::with_next,
        request,
    },
};

/// Asks for a fresh proof that the account is the visitor's, and leads on once there is one.
pub async fn page(form: FormState) -> PageResult {
    let next = request::next();
    if form.error().is_none() && proof::require(Brings::Nothing).await.is_ok() {
        return Ok(Goto::back(&next).into());
    }
    let account = session::account().await?;
    let way = proof::way(&account).await?;
    if way == Way::SecondStep {
        return change::lead_away(&form, Goto::page(with_next("/mfa", &next)));
    }
    let page = Page::form("Confirm it's you", form, move || {
        let cancel = next.clone();
        let how = match way {
            Way::Password => view! {
                <p class="muted">"Enter your password to continue."</p>
                <ConfirmForm>
                    <PasswordField label="Your password" autocomplete="current-password" />
                    <SubmitButton busy="Checking…">"Continue"</SubmitButton>
                </ConfirmForm>
            }
            .into_any(),
            Way::Code(sent_by) => {
                let (to, label) = match sent_by {
                    Channel::Email => (account.email, "Email me a code"),
                    Channel::TextMessage => (account.phone, "Text me a code"),
                };
                view! {
                    <p>"We'll send a code to " <strong>{to}</strong> "."</p>
                    <PostButton
                        action="/account/confirm/send"
                        with=vec![("next", next)]
                        class="button button-primary"
                    >
                        {label}
                    </PostButton>
                }
                .into_any()
            }
            Way::VerifyFirst if account.email.is_empty() => view! {
                <p>"Verify your phone number first. Then try again."</p>
                <PostButton action="/account/phone/send" class="button button-primary">
                    "Verify phone"
                </PostButton>
            }
            .into_any(),
            _ => view! {
                <p>"Verify your email address first. Then try again."</p>
                <PostButton action="/account/email/verify" class="button button-primary">
                    "Verify email"
                </PostButton>
            }
            .into_any(),
        };
        view! {
            {how}
            <Cancel next=cancel />
        }
    });
    Ok(page.into())
}
