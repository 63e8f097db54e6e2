//! `/signin`

use leptos::prelude::*;

use super::other_methods::{MoreWays, Providers};
use crate::{
    components::{EmailField, FormState, PasswordField, SubmitButton},
    islands::auth::SignInForm,
    model::SignInMethod,
    pages::{Page, PageResult},
    server::{
        auth::{flash, methods},
        http::links::with_next,
        request,
    },
};

/// The form for email and password, and the other ways to sign in that this site offers.
pub async fn page(form: FormState) -> PageResult {
    let mut methods = methods::offered()?;
    let is_guest = request::visitor().is_some();
    if is_guest {
        methods
            .methods
            .retain(|method| *method != SignInMethod::Anonymous);
    }
    let has_password = methods.has(SignInMethod::Password);
    if let (Some(error), false) = (form.error(), has_password) {
        // There's no form to show it with.
        return Err(error.clone());
    }
    let next = request::next();
    let email = flash::address_with_new_password()?.unwrap_or_default();
    let page = Page::form("Sign in", form, move || {
        let sign_up = with_next("/signup", &next);
        let password = has_password.then(|| {
            view! {
                <SignInForm>
                    <EmailField value=email />
                    <PasswordField autocomplete="current-password" />
                    <SubmitButton busy="Signing in…">"Sign in"</SubmitButton>
                </SignInForm>
                <p>
                    <a href="/recover">"Forgot your password?"</a>
                </p>
            }
        });
        let sign_up = has_password.then(|| {
            view! {
                <p class="card-foot">"New here? " <a href=sign_up>"Create an account"</a></p>
            }
        });
        let guest = is_guest.then(|| {
            view! {
                <p class="note">
                    "You're here as a guest. Signing in to another account leaves the guest account behind, and you can't come back to it."
                </p>
            }
        });
        view! {
            {guest}
            <Providers methods=methods.clone() next=next.clone() />
            {password}
            <MoreWays methods=methods next=next />
            {sign_up}
        }
    });
    Ok(page.into())
}
