use leptos::prelude::*;

use super::form::FormState;
use crate::{
    actions::auth::sign_in,
    components::{FormError, SubmitButton, TextField},
    error::AppError,
    model::{Credentials, Field, Typed},
};

/// Signs in with e-mail and password.
#[island]
pub fn SignInForm(
    /// What to fill in: what was typed before, when the form is shown again.
    typed: Typed,
    /// What was wrong with it.
    error: Option<AppError>,
) -> impl IntoView {
    let state = FormState::new(error);
    let submit = move |event| {
        state.submit(event, |values| async move {
            let (email, password) = (values.get("email"), values.get("password"));
            Credentials::check(&email, password.clone()).map_err(AppError::Invalid)?;
            sign_in(email, password, values.get("next")).await
        });
    };
    view! {
        <form class="form" method="post" action="/signin" novalidate on:submit=submit>
            <FormError error=state.error() />
            <input type="hidden" name="next" value=typed.next />
            <TextField
                label="E-mail"
                name="email"
                kind="email"
                autocomplete="username"
                value=typed.email
                error=state.error_of(Field::Email)
            />
            <TextField
                label="Password"
                name="password"
                kind="password"
                autocomplete="current-password"
                error=state.error_of(Field::Password)
            />
            <SubmitButton label="Sign in" busy="Signing in…" pending=state.pending() />
        </form>
    }
}
