//! `/account/password/replace`

use leptos::prelude::*;

use super::change;
use crate::{
    components::{FormState, PasswordField, PostButton, SubmitButton},
    model::{Goto, SignInMethod, return_to},
    pages::{Page, PageResult},
    server::{
        auth::{methods, owed, session},
        request,
    },
};

/// What a session sees that isn't the one to decide: whoever knows the password can have it.
fn somebody_elses(email: String) -> Page {
    Page::card("Is this password yours?", move || {
        view! {
            <p>
                "Somebody set a password for " <strong>{email}</strong>
                " before anybody showed that the address is theirs, so it opens nothing here yet. "
                "To decide what becomes of it, sign out, and sign in again with a code or link to that "
                "address, or with the provider you used."
            </p>
            <PostButton action="/signout">"Sign out"</PostButton>
        }
    })
}

/// Asks somebody who has just proved their address what becomes of the password that their account
/// had before. Whoever has given it up can set a new one here.
pub async fn page(form: FormState) -> PageResult {
    let account = session::account().await?;
    let next = request::query("next");
    let next = return_to(&next).to_owned();
    if !account.password_refused {
        return change::lead_away(&form, Goto::page(next));
    }
    if account.password_undecided && owed::decision()?.is_none() {
        return Ok(somebody_elses(account.email).into());
    }
    let with_password = methods::require(SignInMethod::Password).is_ok();
    let new_one = with_password.then(|| {
        let to = vec![("email", account.email.clone())];
        // Where the old password can still be kept, that's first.
        let class = if account.password_undecided {
            "button"
        } else {
            "button button-primary"
        };
        view! {
            <PostButton action="/recover" with=to class=class>
                "Email me a reset link"
            </PostButton>
        }
    });
    if !account.password_undecided {
        let page = Page::card("Set a new password", move || {
            view! {
                <p>
                    "You gave up the password of " <strong>{account.email}</strong>
                    ", so it opens nothing here."
                </p>
                <div class="button-stack">
                    {new_one} <a class="button" href=next>
                        "Not now"
                    </a>
                </div>
            }
        });
        return Ok(page.into());
    }
    let page = Page::form("Is this password yours?", form, move || {
        let phone = (!account.phone.is_empty()).then(|| {
            view! {
                <p>
                    "Codes to " <strong>{account.phone}</strong>
                    " sign in, too. If that isn't your number, change it first thing."
                </p>
            }
        });
        let keep = with_password.then(|| {
            view! {
                <p>"If you set it, enter it once more to keep it."</p>
                // No island: hardly anybody ever sees this form.
                <form method="post" novalidate class="form">
                    <PasswordField label="Password" autocomplete="current-password" />
                    <SubmitButton busy="Checking…">"It's mine, keep it"</SubmitButton>
                </form>
                <p>"If you didn't, or don't remember it:"</p>
            }
        });
        view! {
            <p>
                "Somebody set a password for " <strong>{account.email}</strong>
                " before you showed that this address is yours. It opens nothing here until you "
                "decide. All other sessions have ended, and accounts linked with other addresses "
                "are no longer linked."
            </p>
            {phone}
            {keep}
            <div class="button-stack">
                {new_one}
                <PostButton action="/account/password/replace/without" with=vec![("next", next)]>
                    "Continue without a password"
                </PostButton>
            </div>
        }
    });
    Ok(page.into())
}
