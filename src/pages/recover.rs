//! `/recover`: a link for who has forgotten their password.

use leptos::prelude::*;

use super::{Page, PageResult, Shown, TypedForm};
use crate::{
    model::{Form, Method},
    server::auth::methods,
};

/// Asks for the address.
pub async fn show(Shown { typed, error }: Shown) -> PageResult {
    methods::require(Method::Password)?;
    let status = error.clone();
    let page = Page::card("Forgot your password?", move || {
        view! {
                <p class="muted">"We send a link with which you set a new one."</p>
                <TypedForm form=Form::Recover typed=typed error=error />
                <p class="card-foot">
                    <a href="/signin">"Back to sign-in"</a>
                </p>
        }
    });
    Ok(page.because_of(status.as_ref()).into())
}

/// `/recover/sent`. It says the same whether the address has an account or not.
pub async fn sent() -> PageResult {
    let page = Page::card("Look into your mail", move || {
        view! {
                <p>
                    "If there is an account with that address, a link is on its way to it. It works "
                    "once, for an hour."
                </p>
                <p class="card-foot">
                    "Nothing came? " <a href=Form::Recover.path()>"Try another address"</a>
                </p>
        }
    });
    Ok(page.into())
}
