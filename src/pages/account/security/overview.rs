//! `/account/security`

use leptos::prelude::*;

use crate::{
    components::{FormState, PostButton},
    model::{Account, Factors},
    pages::{
        PageResult,
        account::{
            card_result::{Card, CardResult},
            layout::{self, Section},
            row::Row,
        },
    },
    server::{
        appwrite::create_session_client,
        auth::{methods, session},
    },
};

/// The password, two-step verification, and deactivation.
pub async fn page() -> PageResult {
    let account = session::account().await?;
    let client = create_session_client().await?;
    let factors = client.account().list_mfa_factors().await?;
    let can_pass = account.can_pass_second_step(factors, &methods::offered()?);
    let page = layout::page(
        &account.clone(),
        Section::Security,
        FormState::default(),
        move || {
            view! {
                <section class="card" aria-label="Password">
                    <CardResult card=Card::Password />
                    <dl>
                        <Password account=account.clone() />
                    </dl>
                </section>
                <TwoStep account=account factors=factors can_pass=can_pass />
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

/// The page where an address or a number is added, empty if there is one, and where to post to verify
/// it.
type Way = (&'static str, &'static str);

#[component]
fn TwoStep(
    account: Account,
    factors: Factors,
    /// Whether some sign-in can pass with what there is.
    can_pass: bool,
) -> impl IntoView {
    let email_is_used = factors.accepted().email == factors.email;
    let contact = |label: &'static str, is: bool, is_used: bool, (page, send): Way| {
        let state = match (is, is_used) {
            (true, true) => view! { <span class="badge badge-good">"ready"</span> }.into_any(),
            (true, false) => {
                view! { <span class="muted">"Not used, because your phone is safer"</span> }
                    .into_any()
            }
            _ if page.is_empty() => view! { <span class="muted">"Not verified"</span> }.into_any(),
            _ => view! { <span class="muted">"Not set"</span> }.into_any(),
        };
        let (href, action) = match (is, page.is_empty()) {
            (true, _) => ("", ""),
            (false, true) => (send, "Verify"),
            (false, false) => (page, "Add"),
        };
        view! {
            <Row label=label href=href action=action at_once=action == "Verify">
                {state}
            </Row>
        }
    };
    let add = |value: &str, page| match (value.is_empty(), account.is_guest()) {
        (true, true) => "/account/upgrade",
        (true, false) => page,
        (false, _) => "",
    };
    let email = (
        add(&account.email, "/account/email"),
        "/account/email/verify",
    );
    let phone = (add(&account.phone, "/account/phone"), "/account/phone/send");
    let (app, app_href, app_action) = if factors.totp {
        let ready = view! { <span class="badge badge-good">"ready"</span> }.into_any();
        (ready, "/account/security/totp/remove", "Remove")
    } else {
        let missing = view! { <span class="muted">"Recommended"</span> }.into_any();
        (missing, "/account/security/totp/begin", "Set up")
    };
    let codes = if factors.recovery_code {
        "Created"
    } else {
        "Not created yet"
    };
    let state = match (account.mfa, factors.can_protect()) {
        (true, true) => view! { <span class="badge badge-good">"on"</span> }.into_any(),
        // Appwrite only asks for a second step if the account has a factor for it.
        (true, false) => view! { <span class="badge">"on, but not asked for"</span> }.into_any(),
        (false, _) => view! { <span class="badge">"off"</span> }.into_any(),
    };
    let on = |on: bool| vec![("on", on.to_string())];
    let switch = match (account.mfa, can_pass, account.is_guest()) {
        (true, ..) => view! {
            <PostButton action="/account/security/mfa" with=on(false)>
                "Turn off"
            </PostButton>
        }
        .into_any(),
        (false, true, _) => view! {
            <PostButton
                action="/account/security/mfa"
                with=on(true)
                class="button button-primary"
            >
                "Turn on"
            </PostButton>
        }
        .into_any(),
        (false, false, true) => view! {
            <a class="button" href="/account/upgrade">"Keep this account"</a>
        }
        .into_any(),
        // The app's first code turns it on.
        (false, false, false) => view! {
            <PostButton action="/account/security/totp/begin" class="button button-primary">
                "Set up with an app"
            </PostButton>
        }
        .into_any(),
    };
    let spare = (account.mfa && !factors.has_spare()).then_some(
        "Create recovery codes. Without them, you can't sign in once you've lost your phone.",
    );
    let advice = advice(&account, factors, can_pass).or(spare).map(|text| {
        let class = if account.mfa { "note" } else { "muted" };
        view! { <p class=class>{text}</p> }
    });
    view! {
        <section class="card" aria-labelledby="two-step">
            <h2 id="two-step">"Two-step verification " {state}</h2>
            <CardResult card=Card::TwoStep />
            <p class="muted">{promise(factors)}</p>
            <dl>
                <Row label="Authenticator app" href=app_href action=app_action at_once=true>
                    {app}
                </Row>
                {contact("Email", factors.email, email_is_used, email)}
                {contact("Phone", factors.phone, true, phone)}
                <Row
                    label="Recovery codes"
                    href="/account/security/recovery-codes"
                    action=if factors.recovery_code { "Replace" } else { "Create" }
                >
                    <span class="muted">{codes}</span>
                </Row>
            </dl>
            {advice}
            <div class="row">{switch}</div>
        </section>
    }
}

/// What two-step verification is good for. It's no more than is true: with the mailbox, people can
/// set a new password.
fn promise(factors: Factors) -> &'static str {
    if factors.totp || factors.phone {
        "With it, your password and your email aren't enough to sign in here. It also takes your \
         phone or a recovery code."
    } else {
        "With it, your password isn't enough to sign in here. It also takes a code from your phone \
         or email. Your phone is safer: whoever reads your email can reset your password, too."
    }
}

/// What's missing for two-step verification.
fn advice(account: &Account, factors: Factors, can_pass: bool) -> Option<&'static str> {
    match (account.mfa, factors.can_protect()) {
        _ if can_pass => None,
        (false, _) if account.is_guest() => {
            Some("To turn it on, add an email and a password to this account first.")
        }
        (false, true) => Some(
            "To turn it on, set up an authenticator app or set a password. Your second step has to \
             differ from how you sign in.",
        ),
        (false, false) => Some(
            "To turn it on, set up an authenticator app, or verify your email address or phone \
             number.",
        ),
        (true, true) => Some(
            "You can't sign in again like this, because your second step is how you sign in. Set \
             up an authenticator app or set a password.",
        ),
        (true, false) => Some(
            "Signing in takes no second step until you set up an authenticator app, or verify your \
             email address or phone number.",
        ),
    }
}
