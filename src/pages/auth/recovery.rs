//! `/recover`

use leptos::prelude::*;

use crate::{
    components::{EmailField, FormState, SubmitButton},
    islands::auth::RecoveryForm,
    model::SignInMethod,
    pages::{Page, PageResult},
    server::auth::methods,
};

/// Asks where to send a password reset link.
pub async fn page(form: FormState) -> PageResult {
    methods::require(SignInMethod::Password)?;
    let page = Page::form("Forgot your password?", form, || {
        view! {
            <p class="muted">"Enter your email and we'll send you a reset link."</p>
            <RecoveryForm>
                <EmailField enterkeyhint="send" />
                <SubmitButton busy="Sending…">"Email me a link"</SubmitButton>
            </RecoveryForm>
            <p class="card-foot">
                <a href="/signin">"Back to sign-in"</a>
            </p>
        }
    });
    Ok(page.into())
}
