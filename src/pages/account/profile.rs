//! `/account`: who is signed in.

use leptos::prelude::*;

use super::{Row, Section};
use crate::{
    actions::account::{get_account, send_email_verification, send_phone_verification},
    components::{Moment, Press},
    model::{Account, Form},
    pages::{Outcome, PageResult, TypedForm, told},
};

/// Who is signed in, and what of it can be changed. A guest is offered an account to keep.
pub async fn show() -> PageResult {
    let account = get_account().await?;
    let page = super::page(&account.clone(), Section::Profile, told(), move || {
        let keep = account.is_guest().then(|| view! { <Keep /> });
        view! {
            {keep}
            <Details account=account />
        }
    });
    Ok(page.into())
}

/// Sends a mail with a link that verifies the address.
pub async fn verify_email() -> PageResult {
    Ok(Outcome::SeeOther(send_email_verification().await?))
}

/// Sends a text message with a code that verifies the number.
pub async fn verify_phone() -> PageResult {
    Ok(Outcome::SeeOther(send_phone_verification().await?))
}

#[component]
fn Keep() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="keep">
            <h2 id="keep">"Keep this account"</h2>
            <p class="muted">
                "You are a guest: when this session ends, nobody can come back to this account. "
                "An e-mail address and a password make it yours. Everything in it stays."
            </p>
            <TypedForm form=Form::Upgrade />
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
        view! { <span class="muted">"Not given"</span> }.into_any()
    } else {
        value.to_owned().into_any()
    }
}

/// An address or a number, whether it is verified, and where it is changed.
#[component]
fn Contact(
    label: &'static str,
    href: &'static str,
    value: String,
    is_verified: bool,
    /// Where a proof is asked for.
    verify: &'static str,
) -> impl IntoView {
    let action = if value.is_empty() { "Add" } else { "Change" };
    let prove = (!value.is_empty() && !is_verified).then(|| {
        view! {
            <Press action=verify class="link">
                "Verify"
                <span class="hidden">" " {label.to_lowercase()}</span>
            </Press>
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
fn Details(account: Account) -> impl IntoView {
    // A guest adds an address with a password, above.
    let contacts = (!account.is_guest()).then(|| {
        view! {
            <Contact
                label="E-mail"
                href="/account/email"
                value=account.email
                is_verified=account.email_verified
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
            <dl class="settings">
                <Row label="Name" href="/account/name">
                    {given(&account.name)}
                </Row>
                {contacts}
                <Row label="Member since">
                    <Moment at=account.registered />
                </Row>
                <Row label="Account ID">
                    <code>{account.id}</code>
                </Row>
            </dl>
        </section>
    }
}
