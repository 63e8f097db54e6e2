//! `/mfa`: the second step of signing in, and the same again before something that matters.

use leptos::prelude::*;
use serde::Deserialize;

use super::{Outcome, Page, PageResult, Shown, TypedForm};
use crate::{
    actions::mfa::{list_factors, send_mfa_code},
    components::{Drawing, Icon, Press},
    model::{Factor, Factors, Field, Form, return_to},
    server::{
        auth::flow::{self, Flow},
        http::links::with_next,
        request,
    },
};

/// Leads to the authenticator app where there is one, else offers the other factors.
pub async fn show() -> PageResult {
    let factors = list_factors().await?;
    let next = request::query(Field::Next.name());
    if factors.totp {
        return Ok(Outcome::SeeOther(with_next(Form::MfaTotp.path(), &next)));
    }
    if !Factor::ALL.into_iter().any(|factor| factors.has(factor)) {
        // Nothing can be asked for, so nothing is.
        return Ok(Outcome::SeeOther(return_to(&next).to_owned()));
    }
    let page = Page::card("One more step", move || {
        view! {
                <p class="muted">"How do you want to prove that it is you?"</p>
                <Others factors=factors but=None next=next />
                <Leave />
        }
    });
    Ok(page.into())
}

/// `/mfa/totp`
pub async fn totp(shown: Shown) -> PageResult {
    let text = "Type the code that your authenticator app shows now.";
    step(Form::MfaTotp, Factor::Totp, text, shown).await
}

/// `/mfa/recovery-code`
pub async fn recovery_code(shown: Shown) -> PageResult {
    let text = "Type one of the codes that you have kept. It works once.";
    step(Form::MfaRecoveryCode, Factor::RecoveryCode, text, shown).await
}

/// `/mfa/code`
pub async fn code(Shown { typed, error }: Shown) -> PageResult {
    let Ok(Flow::Challenge { factor, next, .. }) = flow::current() else {
        return match error {
            Some(error) => Err(error),
            None => Ok(Outcome::SeeOther("/mfa".to_owned())),
        };
    };
    let text = match factor {
        Factor::Phone => "Type the code that is on its way to your phone.",
        _ => "Type the code that is on its way to your e-mail address.",
    };
    let typed = typed.with(Field::Next, next);
    step(Form::MfaCode, factor, text, Shown { typed, error }).await
}

async fn step(
    form: Form,
    factor: Factor,
    text: &'static str,
    Shown { typed, error }: Shown,
) -> PageResult {
    let factors = list_factors().await?;
    let status = error.clone();
    let page = Page::card("One more step", move || {
        let next = typed.get(Field::Next).to_owned();
        view! {
                <p class="muted">{text}</p>
                <TypedForm form=form typed=typed error=error />
                <Others factors=factors but=Some(factor) next=next />
                <Leave />
        }
    });
    Ok(page.because_of(status.as_ref()).into())
}

/// The factors that the account has, but for the one that is asked for already. A code that is to be
/// sent can be sent again.
#[component]
fn Others(factors: Factors, but: Option<Factor>, next: String) -> impl IntoView {
    let others = Factor::ALL
        .into_iter()
        .filter(|factor| factors.has(*factor))
        .filter(|factor| but != Some(*factor) || matches!(factor, Factor::Email | Factor::Phone))
        .map(|factor| {
            let sent = |label: &'static str, icon: Icon| {
                view! {
                    <Press
                        action="/mfa/send"
                        with=vec![("factor", factor.name().to_owned()), ("next", next.clone())]
                    >
                        <Drawing icon=icon />
                        {label}
                    </Press>
                }
                .into_any()
            };
            let link = |form: Form, label: &'static str, icon: Icon| {
                view! {
                    <a class="button" href=with_next(form.path(), &next)>
                        <Drawing icon=icon />
                        {label}
                    </a>
                }
                .into_any()
            };
            let again = but == Some(factor);
            match factor {
                Factor::Totp => link(Form::MfaTotp, "Use my authenticator app", Icon::Shield),
                Factor::Email if again => sent("Send the mail again", Icon::Mail),
                Factor::Email => sent("E-mail me a code", Icon::Mail),
                Factor::Phone if again => sent("Send the message again", Icon::Phone),
                Factor::Phone => sent("Text me a code", Icon::Phone),
                Factor::RecoveryCode => {
                    link(Form::MfaRecoveryCode, "Use a recovery code", Icon::Key)
                }
            }
        })
        .collect_view();
    let or = but.is_some().then(|| view! { <p class="or">"or"</p> });
    view! {
        {or}
        <div class="ways">{others}</div>
    }
}

#[component]
fn Leave() -> impl IntoView {
    view! {
        <div class="card-foot">
            "Not you? "
            <Press action="/signout" class="link">
                "Sign out"
            </Press>
        </div>
    }
}

/// How to send a code, and where to go afterwards.
#[derive(Deserialize)]
pub struct Wanted {
    factor: String,
    #[serde(default)]
    next: String,
}

/// Sends a code.
pub async fn send(Wanted { factor, next }: Wanted) -> PageResult {
    Ok(Outcome::SeeOther(send_mfa_code(factor, next).await?))
}
