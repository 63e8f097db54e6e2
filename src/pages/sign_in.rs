//! `/signin` and the pages below it: the ways in.

use leptos::prelude::*;
use serde::Deserialize;

use super::{Outcome, Page, PageResult, Shown, TypedForm};
use crate::{
    actions::auth::sign_in_anonymously,
    components::{Drawing, Icon, Message, Press, ProviderDrawing},
    model::{Field, Form, Method, Ways, provider_name},
    server::{
        auth::{
            flow::{self, Flow},
            methods,
        },
        http::links::with_next,
    },
};

/// The form for e-mail and password, and the other ways in that this site offers.
pub async fn show(Shown { typed, error }: Shown) -> PageResult {
    let ways = methods::offered()?;
    if let Some(error) = &error
        && !ways.has(Method::Password)
    {
        // There is no form to show it on.
        return Err(error.clone());
    }
    let status = error.clone();
    // What went wrong now matters more than what brought the person here.
    let told = error.is_none().then(super::told).flatten();
    let page = Page::card("Sign in", move || {
        let next = typed.get(Field::Next).to_owned();
        let password = ways.has(Method::Password).then(|| {
            view! {
                <TypedForm form=Form::SignIn typed=typed error=error />
                <p>
                    <a href="/recover">"Forgot your password?"</a>
                </p>
            }
        });
        let sign_up = ways.has(Method::Password).then(|| {
            let sign_up = with_next("/signup", &next);
            view! {
                <p class="card-foot">"New here? " <a href=sign_up>"Create an account"</a></p>
            }
        });
        view! {
                <Message told=told />
                {password}
                <OtherWays ways=ways next=next />
                {sign_up}
        }
    });
    Ok(page.because_of(status.as_ref()).into())
}

/// The ways in but the password.
#[component]
pub fn OtherWays(
    /// What the site offers.
    ways: Ways,
    /// Where to go afterwards.
    next: String,
) -> impl IntoView {
    let providers = ways
        .providers
        .iter()
        .cloned()
        .map(|provider| {
            let name = provider_name(&provider);
            let with = vec![("provider", provider.clone()), ("next", next.clone())];
            view! {
                <Press action="/signin/oauth2" with=with>
                    <ProviderDrawing provider=provider />
                    "Continue with "
                    {name}
                </Press>
            }
        })
        .collect_view();
    let links = [
        (Method::MagicUrl, Form::MagicUrl, Icon::Mail),
        (Method::EmailOtp, Form::EmailOtp, Icon::Code),
        (Method::Phone, Form::Phone, Icon::Phone),
    ]
    .into_iter()
    .filter(|(method, ..)| ways.has(*method))
    .map(|(_, form, icon)| {
        view! {
            <a class="button" href=with_next(form.path(), &next)>
                <Drawing icon=icon />
                {form.submit()}
            </a>
        }
    })
    .collect_view();
    let guest = ways.has(Method::Anonymous).then(|| {
        view! {
            <Press action="/signin/anonymous" with=vec![("next", next.clone())]>
                <Drawing icon=Icon::Door />
                "Continue as a guest"
            </Press>
        }
    });
    let or = (ways.has(Method::Password) && ways.methods.len() > 1)
        .then(|| view! { <p class="or">"or"</p> });
    view! {
        {or}
        <div class="ways">{providers} {links} {guest}</div>
    }
}

/// `/signin/magic-url`
pub async fn magic_url(shown: Shown) -> PageResult {
    let text = "We send a link that signs you in. Where the address is new here, it becomes an \
                account.";
    ask(
        Form::MagicUrl,
        Method::MagicUrl,
        "A link by e-mail",
        text,
        shown,
    )
}

/// `/signin/email-otp`
pub async fn email_otp(shown: Shown) -> PageResult {
    let text = "We send a code that signs you in. Where the address is new here, it becomes an \
                account.";
    ask(
        Form::EmailOtp,
        Method::EmailOtp,
        "A code by e-mail",
        text,
        shown,
    )
}

/// `/signin/phone`
pub async fn phone(shown: Shown) -> PageResult {
    let text = "We send a text message with a code that signs you in. Where the number is new here, \
                it becomes an account.";
    ask(
        Form::Phone,
        Method::Phone,
        "A code by text message",
        text,
        shown,
    )
}

/// A page that asks where to send something.
fn ask(
    form: Form,
    method: Method,
    title: &'static str,
    text: &'static str,
    Shown { typed, error }: Shown,
) -> PageResult {
    methods::require(method)?;
    let status = error.clone();
    let page = Page::card(title, move || {
        let back = with_next("/signin", typed.get(Field::Next));
        view! {
                <p class="muted">{text}</p>
                <TypedForm form=form typed=typed error=error />
                <p class="card-foot">
                    <a href=back>"Other ways to sign in"</a>
                </p>
        }
    });
    Ok(page.because_of(status.as_ref()).into())
}

/// `/signin/code`: types the code that was sent.
pub async fn code(Shown { typed, error }: Shown) -> PageResult {
    let Ok(Flow::Code {
        by,
        to,
        phrase,
        next,
        ..
    }) = flow::current()
    else {
        return match error {
            Some(error) => Err(error),
            None => Ok(Outcome::SeeOther("/signin".to_owned())),
        };
    };
    let again = with_next(by.path(), &next);
    let other = with_next("/signin", &next);
    let status = error.clone();
    let page = Page::card("Type the code", move || {
        view! {
                <p>"It is on its way to " <strong>{to}</strong> "."</p>
                <Phrase phrase=phrase />
                <TypedForm form=Form::Code typed=typed error=error />
                <p class="card-foot">
                    "Nothing came? " <a href=again>"Send another code"</a> " · "
                    <a href=other>"Try another way in"</a>
                </p>
        }
    });
    Ok(page.because_of(status.as_ref()).into())
}

/// `/signin/sent`: a link is on its way.
pub async fn sent() -> PageResult {
    let Ok(Flow::Link { to, phrase, next }) = flow::current() else {
        return Ok(Outcome::SeeOther("/signin".to_owned()));
    };
    let again = with_next(Form::MagicUrl.path(), &next);
    let other = with_next("/signin", &next);
    let page = Page::card("Look into your mail", move || {
        view! {
                <p>
                    "A link is on its way to " <strong>{to}</strong>
                    ". Open it here or in any other browser; it works once, for an hour."
                </p>
                <Phrase phrase=phrase />
                <p class="card-foot">
                    "Nothing came? " <a href=again>"Send another link"</a> " · "
                    <a href=other>"Try another way in"</a>
                </p>
        }
    });
    Ok(page.into())
}

/// The words that tell a mail of ours from somebody else's.
#[component]
fn Phrase(phrase: String) -> impl IntoView {
    (!phrase.is_empty()).then(|| {
        view! {
            <p class="phrase">
                <span class="muted">"The mail has these words in it. If it has others, it is not ours."</span>
                <strong>{phrase}</strong>
            </p>
        }
    })
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// Signs in as a guest.
pub async fn anonymous(Next { next }: Next) -> PageResult {
    Ok(Outcome::SeeOther(sign_in_anonymously(next).await?))
}
