//! `/signin/email-otp`

use leptos::prelude::*;

use crate::{
    components::{EmailField, FormState, SubmitButton},
    islands::auth::EmailOtpForm,
    model::SignInMethod,
    pages::{Page, PageResult},
    server::{auth::methods, http::links::with_next, request},
};

/// Asks where to send a sign-in code.
pub async fn page(form: FormState) -> PageResult {
    methods::require(SignInMethod::EmailOtp)?;
    let sign_in = with_next("/signin", &request::next());
    let page = Page::form("Get a code by email", form, move || {
        view! {
            <p class="muted">
                "We'll email you a code that signs you in. If you're new, we'll create an account for you."
            </p>
            <EmailOtpForm>
                <EmailField enterkeyhint="send" />
                <SubmitButton busy="Sending…">"Email me a code"</SubmitButton>
            </EmailOtpForm>
            <p class="card-foot">
                <a href=sign_in>"Sign in another way"</a>
            </p>
        }
    });
    Ok(page.into())
}
