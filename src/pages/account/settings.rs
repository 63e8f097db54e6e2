//! The pages that change one thing: a form, and the way back.

use leptos::prelude::*;

use super::{Page, Section};
use crate::{
    actions::account::get_account,
    components::{Message, Press},
    model::{Form, Notice},
    pages::{Outcome, PageResult, Shown, TypedForm, told},
};

/// `/account/name`
pub async fn name(shown: Shown) -> PageResult {
    change(
        Form::UpdateName,
        "Your name",
        "It stands beside what you do here.",
        shown,
    )
}

/// `/account/email`
pub async fn email(shown: Shown) -> PageResult {
    let text = "The new address has to be verified again.";
    if !get_account().await?.has_password {
        return Ok(password_first());
    }
    change(Form::UpdateEmail, "Your e-mail address", text, shown)
}

/// `/account/phone`
pub async fn phone(shown: Shown) -> PageResult {
    let text = "The new number has to be verified.";
    if !get_account().await?.has_password {
        return Ok(password_first());
    }
    change(Form::UpdatePhone, "Your phone number", text, shown)
}

/// Appwrite would take whatever is typed as the password of an account that has none.
fn password_first() -> Outcome {
    Outcome::SeeOther(Notice::PasswordFirst.on(Form::SetPassword.path()))
}

/// `/account/phone/verify`
pub async fn verify_phone(shown: Shown) -> PageResult {
    let text = "Type the code that is on its way to your phone.";
    change(Form::VerifyPhone, "Verify your phone number", text, shown)
}

/// `/account/password`
pub async fn password(shown: Shown) -> PageResult {
    let text = "You stay signed in here. Everywhere else you may have to sign in again.";
    change(Form::UpdatePassword, "Your password", text, shown)
}

/// `/account/password/new`
pub async fn new_password(shown: Shown) -> PageResult {
    if get_account().await?.has_password {
        return Ok(Outcome::SeeOther(Form::UpdatePassword.path().to_owned()));
    }
    let text = "With your e-mail address it signs you in, and it confirms changes.";
    change(Form::SetPassword, "Set a password", text, shown)
}

/// `/account/upgrade`, where the guest's form is shown again when something was wrong with it.
pub async fn upgrade(shown: Shown) -> PageResult {
    let text = "An e-mail address and a password make it yours. Everything in it stays.";
    change(Form::Upgrade, "Keep this account", text, shown)
}

/// `/account/deactivate`
pub async fn deactivate(shown: Shown) -> PageResult {
    let text = "Nobody can sign in to this account any more, you neither. Only the people who run \
                this site can bring it back. Type the word deactivate to go on.";
    change(Form::Deactivate, "Deactivate your account", text, shown)
}

fn change(form: Form, title: &'static str, text: &'static str, shown: Shown) -> PageResult {
    let Shown { typed, error } = shown;
    let told = error.is_none().then(told).flatten();
    let status = error.clone();
    let back = match form {
        Form::UpdatePassword | Form::SetPassword | Form::Deactivate => Section::Security,
        _ => Section::Profile,
    };
    let page = Page::card(title, move || {
        let again = (form == Form::VerifyPhone).then(|| {
            view! {
                <div>
                    "Nothing came? "
                    <Press action="/account/phone/send" class="link">
                        "Send another code"
                    </Press>
                </div>
            }
        });
        view! {
                <Message told=told />
                <p class="muted">{text}</p>
                <TypedForm form=form typed=typed error=error />
                {again}
                <p class="card-foot">
                    <a href=back.path()>"Back to " {back.title().to_lowercase()}</a>
                </p>
        }
    });
    Ok(page.because_of(status.as_ref()).into())
}
