//! `/account`

use leptos::prelude::*;

use super::{
    card_result::{Card, CardResult},
    layout::{self, Section},
    row::Row,
    upgrade::UpgradeFields,
};
use crate::{
    components::{Date, FormState, PostButton},
    model::Account,
    pages::PageResult,
    server::auth::{proved, session},
};

/// Who is signed in, with links to change it. Guests can turn their account into a full one.
pub async fn page() -> PageResult {
    let account = session::account().await?;
    let is_email_verified = proved::is_verified(&account)?;
    let page = layout::page(
        &account.clone(),
        Section::Profile,
        FormState::default(),
        move || {
            let keep = account.is_guest().then(|| view! { <KeepAccount /> });
            view! {
                {keep}
                <Details account=account is_email_verified=is_email_verified />
            }
        },
    );
    Ok(page.into())
}

#[component]
fn KeepAccount() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="keep">
            <h2 id="keep">"Keep this account"</h2>
            <p class="muted">
                "You're a guest. When this session ends, nobody can get back into this account. "
                "Add an email and a password to make it yours. Everything in it stays."
            </p>
            <UpgradeFields />
        </section>
    }
}

fn verified(is: bool) -> impl IntoView {
    if is {
        view! { <span class="badge badge-good">"verified"</span> }
    } else {
        view! { <span class="badge">"not verified"</span> }
    }
}

fn given(value: &str) -> AnyView {
    if value.is_empty() {
        view! { <span class="muted">"Not set"</span> }.into_any()
    } else {
        value.to_owned().into_any()
    }
}

/// An address or a number, whether it's verified, and where to change or verify it.
#[component]
fn Contact(
    label: &'static str,
    href: &'static str,
    value: String,
    is_verified: bool,
    /// Where to post to get a verification email or text message.
    verify: &'static str,
) -> impl IntoView {
    let action = if value.is_empty() { "Add" } else { "Change" };
    let prove = (!value.is_empty() && !is_verified).then(|| {
        view! {
            <PostButton action=verify class="link">
                "Verify"
                <span class="hidden">" " {label.to_lowercase()}</span>
            </PostButton>
        }
    });
    let badge = (!value.is_empty()).then(|| verified(is_verified));
    view! {
        <Row label=label href=href action=action>
            {given(&value)}
            " "
            {badge}
            " "
            {prove}
        </Row>
    }
}

#[component]
fn Details(account: Account, is_email_verified: bool) -> impl IntoView {
    // A guest adds an address with a password, above.
    let contacts = (!account.is_guest()).then(|| {
        view! {
            <Contact
                label="Email"
                href="/account/email"
                value=account.email
                is_verified=is_email_verified
                verify="/account/email/verify"
            />
            <Contact
                label="Phone"
                href="/account/phone"
                value=account.phone
                is_verified=account.phone_verified
                verify="/account/phone/send"
            />
        }
    });
    view! {
        <section class="card" aria-label="Details">
            <CardResult card=Card::Details />
            <dl>
                <Row label="Name" href="/account/name">
                    {given(&account.name)}
                </Row>
                {contacts}
                <Row label="Member since">
                    <Date at=account.registered />
                </Row>
                <Row label="Account ID">
                    <code>{account.id}</code>
                </Row>
            </dl>
        </section>
    }
}
