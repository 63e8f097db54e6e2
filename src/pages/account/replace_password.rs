//! `/account/password/replace`

use leptos::prelude::*;

use crate::{
    components::PostButton,
    model::{Goto, SignInMethod, return_to},
    pages::{Page, PageResult},
    server::{
        auth::{methods, session},
        request,
    },
};

/// Tells somebody who has just proved their address that their account had a password before, and
/// offers to set a new one.
pub async fn page() -> PageResult {
    let account = session::account().await?;
    let next = request::query("next");
    let next = return_to(&next).to_owned();
    if !account.has_password || methods::require(SignInMethod::Password).is_err() {
        return Ok(Goto::page(next).into());
    }
    let page = Page::card("Is this password yours?", move || {
        let text = if account.password_refused {
            "Somebody set a password for this account before you showed that this address is yours. It doesn't sign in here anymore, and all other sessions have ended."
        } else {
            "This account has a password, and all its other sessions have ended. If it wasn't you who set the password, replace it now."
        };
        view! {
            <p>"You're signed in as " <strong>{account.email.clone()}</strong> "."</p>
            <p>{text}</p>
            <div class="button-stack">
                <PostButton
                    action="/recover"
                    with=vec![("email", account.email)]
                    class="button button-primary"
                >
                    "Email me a link to set a new one"
                </PostButton>
                <a class="button" href=next>
                    {if account.password_refused {
                        "Continue without a password"
                    } else {
                        "It's mine, continue"
                    }}
                </a>
            </div>
        }
    });
    Ok(page.into())
}
