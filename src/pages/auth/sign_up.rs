//! `/signup`

use leptos::prelude::*;

use super::other_methods::{MoreWays, Providers};
use crate::{
    components::{EmailField, FormState, NameField, PasswordField, SubmitButton},
    islands::auth::SignUpForm,
    model::SignInMethod,
    pages::{Page, PageResult},
    server::{auth::methods, http::links::with_next, request},
};

/// The form, and the other ways to sign in, which create an account too.
pub async fn page(form: FormState) -> PageResult {
    methods::require(SignInMethod::Password)?;
    let methods = methods::offered()?;
    let next = request::next();
    let page = Page::form("Create an account", form, move || {
        let sign_in = with_next("/signin", &next);
        view! {
            <Providers methods=methods.clone() next=next.clone() />
            <SignUpForm>
                <NameField optional=true />
                <EmailField />
                <PasswordField autocomplete="new-password" />
                <SubmitButton busy="Creating account…">"Create account"</SubmitButton>
            </SignUpForm>
            <MoreWays methods=methods next=next />
            <p class="card-foot">
                "Already have an account? " <a href=sign_in>"Sign in"</a>
            </p>
        }
    });
    Ok(page.into())
}
