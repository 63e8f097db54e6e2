//! `/account/security`: the password, the second step of signing in, and the way out for good.

use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};
use serde::Deserialize;

use super::{Row, Section};
use crate::{
    actions::{
        account::get_account,
        mfa::{self, list_factors},
    },
    components::Press,
    error::AppError,
    islands::CopyIsland,
    model::{Account, Factors, Form, Notice},
    pages::{Outcome, Page, PageResult, Shown, TypedForm, told},
    server::{
        auth::flow::{self, Flow},
        http::links::with_next,
    },
};

/// What there is, and where each is changed.
pub async fn show() -> PageResult {
    let account = get_account().await?;
    let factors = list_factors().await?;
    let page = super::page(&account.clone(), Section::Security, told(), move || {
        view! {
            <section class="card" aria-label="Password">
                <dl class="settings">
                    <Password account=account.clone() />
                </dl>
            </section>
            <SecondStep account=account factors=factors />
            <section class="card" aria-labelledby="leave">
                <h2 id="leave">"Deactivate your account"</h2>
                <p class="muted">
                    "Nobody can sign in to it any more, you neither. Only the people who run this "
                    "site can bring it back."
                </p>
                <p>
                    <a class="button button-danger" href="/account/deactivate">
                        "Deactivate…"
                    </a>
                </p>
            </section>
        }
    });
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
                <span class="muted">"A guest has none"</span>
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
fn SecondStep(account: Account, factors: Factors) -> impl IntoView {
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
        "Kept by you"
    } else {
        "Not made yet"
    };
    // Appwrite asks only where there is something to ask for.
    let is_on = account.mfa && factors.can_protect();
    let on = |on: bool| vec![("on", on.to_string())];
    let switch = if account.mfa {
        view! {
            <Press action="/account/security/mfa" with=on(false)>
                "Switch off"
            </Press>
        }
        .into_any()
    } else if factors.can_protect() {
        view! {
            <Press action="/account/security/mfa" with=on(true) class="button button-primary">
                "Switch on"
            </Press>
        }
        .into_any()
    } else {
        view! {
            <p class="muted">
                "To switch it on, set up an authenticator app, or verify your e-mail address or "
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
        <section class="card" aria-labelledby="second-step">
            <h2 id="second-step">"Second step " {state}</h2>
            <p class="muted">
                "Whoever knows your password still needs your phone or your mail to sign in."
            </p>
            <dl class="settings">
                <Row label="Authenticator app" href=app_href action=app_action acts=true>
                    {app}
                </Row>
                {contact("E-mail", factors.email, "Verify your address first")}
                {contact("Phone", factors.phone, "Verify your number first")}
                <Row
                    label="Recovery codes"
                    href="/account/security/recovery-codes"
                    action=if factors.recovery_code { "Renew" } else { "Make" }
                >
                    <span class="muted">{codes}</span>
                </Row>
            </dl>
            <div class="row">{switch}</div>
        </section>
    }
}

/// Whether signing in is to take a second step.
#[derive(Deserialize)]
pub struct Switch {
    on: bool,
}

/// Switches the second step on or off.
pub async fn update_mfa(Switch { on }: Switch) -> PageResult {
    Ok(Outcome::SeeOther(mfa::update_mfa(on).await?))
}

/// Begins to set up an authenticator app.
pub async fn begin_totp() -> PageResult {
    Ok(Outcome::SeeOther(mfa::begin_totp().await?))
}

/// Removes the authenticator app.
pub async fn remove_totp() -> PageResult {
    prove_first(
        mfa::remove_totp().await.map(Outcome::SeeOther),
        &Notice::Proved.on(Section::Security.path()),
    )
}

/// Where Appwrite wants to see the second step again, leads there and then back.
fn prove_first(outcome: PageResult, back: &str) -> PageResult {
    match outcome {
        Err(AppError::ChallengeRequired) => Ok(Outcome::SeeOther(with_next("/mfa", back))),
        other => other,
    }
}

/// `/account/security/totp`: an authenticator app is being set up.
pub async fn add_totp(Shown { typed, error }: Shown) -> PageResult {
    let Ok(Flow::Totp { secret, uri }) = flow::current() else {
        return Ok(Outcome::SeeOther(Section::Security.path().to_owned()));
    };
    let picture = qr_code(&uri).ok_or(AppError::Internal)?;
    let status = error.clone();
    let page = Page::card("Set up an authenticator app", move || {
        view! {
                <p>"Scan this with the app, or open it on this device."</p>
                <a class="qr" href=uri aria-label="Open in an authenticator app">
                    {picture}
                </a>
                <details>
                    <summary>"Type it instead"</summary>
                    <p>
                        <code class="secret">{in_groups(&secret)}</code>
                    </p>
                </details>
                <p>"Then type the code that the app shows."</p>
                <TypedForm form=Form::AddTotp typed=typed error=error />
                <p class="card-foot">
                    <a href=Section::Security.path()>"Back to security"</a>
                </p>
        }
    });
    Ok(page.because_of(status.as_ref()).into())
}

/// Letters in fours, as people copy them.
fn in_groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups = letters
        .chunks(4)
        .map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

/// A QR code as one path, dark on light in any theme, since scanners want it so. The lowest level of
/// error correction keeps it small: no screen is as damaged as paper.
fn qr_code(text: &str) -> Option<impl IntoView + use<>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width();
    let colors = code.to_colors();
    let mut dark = (0..colors.len())
        .filter(|at| colors[*at] == Color::Dark)
        .peekable();
    let mut path = String::new();
    while let Some(start) = dark.next() {
        let mut end = start;
        // A run of them in one row is one stroke.
        while let Some(next) = dark.next_if(|at| *at == end + 1 && at % width != 0) {
            end = next;
        }
        let (x, y, length) = (start % width, start / width, end - start + 1);
        path += &format!("M{x} {y}h{length}");
    }
    // Four modules of light all around belong to it; a stroke lies half above its line.
    let view_box = format!("-4 -4.5 {0} {0}", width + 8);
    Some(view! {
        <svg viewBox=view_box aria-hidden="true">
            <path d=path />
        </svg>
    })
}

/// `/account/security/recovery-codes`
pub async fn recovery_codes() -> PageResult {
    let factors = list_factors().await?;
    let page = Page::card("Recovery codes", move || {
        let (text, label) = if factors.recovery_code {
            (
                "New codes take the place of those that you have.",
                "Make new codes",
            )
        } else {
            (
                "Keep them where you find them when your phone is gone. Each works once.",
                "Make recovery codes",
            )
        };
        view! {
                <p class="muted">{text}</p>
                <Press action="/account/security/recovery-codes" class="button button-primary">
                    {label}
                </Press>
                <p class="card-foot">
                    <a href=Section::Security.path()>"Back to security"</a>
                </p>
        }
    });
    Ok(page.into())
}

/// Makes recovery codes and shows them, this once.
pub async fn make_recovery_codes() -> PageResult {
    let codes = match mfa::make_recovery_codes().await {
        Ok(codes) => codes,
        Err(error) => return prove_first(Err(error), "/account/security/recovery-codes"),
    };
    let page = Page::card("Your recovery codes", move || {
        let text = codes.join("\n");
        let file = format!(
            "data:text/plain;charset=utf-8,{}",
            text.replace('\n', "%0A")
        );
        let items = codes
            .into_iter()
            .map(|code| view! { <li><code>{code}</code></li> })
            .collect_view();
        view! {
            <p class="note" role="status">
                "They are shown this once. Keep them where you find them when your phone is gone."
            </p>
            <ul class="codes">{items}</ul>
            <div class="row">
                <a class="button" href=file download="recovery-codes.txt">
                    "Download"
                </a>
                <CopyIsland text=text />
            </div>
            <p class="card-foot">
                <a href=Section::Security.path()>"I have kept them"</a>
            </p>
        }
    });
    Ok(page.into())
}

#[cfg(test)]
mod tests {
    use super::in_groups;

    #[test]
    fn a_secret_is_read_in_fours() {
        assert_eq!(in_groups("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }
}
