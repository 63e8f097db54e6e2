//! `/account/security`

use leptos::prelude::*;

use crate::{
    components::{FormState, PostButton},
    model::{Account, Factors},
    pages::{
        PageResult,
        account::{
            layout::{self, Section},
            row::Row,
        },
    },
    server::{appwrite::create_session_client, auth::session},
};

/// The password, two-step verification, and deactivation.
pub async fn page() -> PageResult {
    let account = session::account().await?;
    let client = create_session_client().await?;
    let factors = client.account().list_mfa_factors().await?;
    let page = layout::page(
        &account.clone(),
        Section::Security,
        FormState::default(),
        move || {
            view! {
                <section class="card" aria-label="Password">
                    <dl class="settings">
                        <Password account=account.clone() />
                    </dl>
                </section>
                <TwoStep account=account factors=factors />
                <section class="card" aria-labelledby="leave">
                    <h2 id="leave">"Deactivate your account"</h2>
                    <p class="muted">
                        "Nobody will be able to sign in, including you. Only our support team can "
                        "restore it."
                    </p>
                    <p>
                        <a class="button button-danger" href="/account/deactivate">
                            "Deactivate…"
                        </a>
                    </p>
                </section>
            }
        },
    );
    Ok(page.into())
}

#[component]
fn Password(account: Account) -> impl IntoView {
    if account.has_password {
        return view! {
            <Row label="Password" href="/account/password">
                "Set"
            </Row>
        }
        .into_any();
    }
    if account.is_guest() {
        return view! {
            <Row label="Password">
                <span class="muted">"Guests don't have one"</span>
            </Row>
        }
        .into_any();
    }
    view! {
        <Row label="Password" href="/account/password/new" action="Set">
            <span class="muted">"Not set"</span>
        </Row>
    }
    .into_any()
}

#[component]
fn TwoStep(account: Account, factors: Factors) -> impl IntoView {
    let contact = |label: &'static str, is: bool, missing: &'static str| {
        let state = if is {
            view! { <span class="badge badge-good">"ready"</span> }.into_any()
        } else {
            view! { <span class="muted">{missing}</span> }.into_any()
        };
        view! { <Row label=label>{state}</Row> }
    };
    let (app, app_href, app_action) = if factors.totp {
        let ready = view! { <span class="badge badge-good">"ready"</span> }.into_any();
        (ready, "/account/security/totp/remove", "Remove")
    } else {
        let missing = view! { <span class="muted">"Not set up"</span> }.into_any();
        (missing, "/account/security/totp/begin", "Set up")
    };
    let codes = if factors.recovery_code {
        "Created"
    } else {
        "Not created yet"
    };
    // Appwrite only asks for a second step if the account has a factor for it.
    let is_on = account.mfa && factors.can_protect();
    let on = |on: bool| vec![("on", on.to_string())];
    let switch = if account.mfa {
        view! {
            <PostButton action="/account/security/mfa" with=on(false)>
                "Turn off"
            </PostButton>
        }
        .into_any()
    } else if factors.can_protect() {
        view! {
            <PostButton action="/account/security/mfa" with=on(true) class="button button-primary">
                "Turn on"
            </PostButton>
        }
        .into_any()
    } else {
        view! {
            <p class="muted">
                "To turn it on, set up an authenticator app, or verify your email address or "
                "phone number."
            </p>
        }
        .into_any()
    };
    let state = if is_on {
        view! { <span class="badge badge-good">"on"</span> }
    } else {
        view! { <span class="badge">"off"</span> }
    };
    view! {
        <section class="card" aria-labelledby="two-step">
            <h2 id="two-step">"Two-step verification " {state}</h2>
            <p class="muted">
                "Even with your password, nobody can sign in without your phone or email."
            </p>
            <dl class="settings">
                <Row label="Authenticator app" href=app_href action=app_action at_once=true>
                    {app}
                </Row>
                {contact("Email", factors.email, "Verify your address first")}
                {contact("Phone", factors.phone, "Verify your number first")}
                <Row
                    label="Recovery codes"
                    href="/account/security/recovery-codes"
                    action=if factors.recovery_code { "Replace" } else { "Create" }
                >
                    <span class="muted">{codes}</span>
                </Row>
            </dl>
            <div class="row">{switch}</div>
        </section>
    }
}
