//! `/signin/phone`

use leptos::prelude::*;

use crate::{
    components::{FormState, PhoneField, SubmitButton},
    islands::auth::PhoneOtpForm,
    model::SignInMethod,
    pages::{Page, PageResult},
    server::{auth::methods, http::links::with_next, request},
};

/// Asks where to send a sign-in code.
pub async fn page(form: FormState) -> PageResult {
    methods::require(SignInMethod::Phone)?;
    let sign_in = with_next("/signin", &request::next());
    let page = Page::form("Get a code by text message", form, move || {
        view! {
            <p class="muted">
                "We'll text you a code that signs you in. If you're new, we'll create an account for you."
            </p>
            <PhoneOtpForm>
                <PhoneField enterkeyhint="send" />
                <SubmitButton busy="Sending…">"Text me a code"</SubmitButton>
            </PhoneOtpForm>
            <p class="card-foot">
                <a href=sign_in>"Sign in another way"</a>
            </p>
        }
    });
    Ok(page.into())
}
