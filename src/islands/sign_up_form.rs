use leptos::prelude::*;

use super::form::FormState;
use crate::{
    actions::auth::sign_up,
    components::{FormError, SubmitButton, TextField},
    error::AppError,
    model::{Field, NewAccount, Typed},
};

/// Makes an account and signs in to it.
#[island]
pub fn SignUpForm(
    /// What to fill in: what was typed before, when the form is shown again.
    typed: Typed,
    /// What was wrong with it.
    error: Option<AppError>,
) -> impl IntoView {
    let state = FormState::new(error);
    let submit = move |event| {
        state.submit(event, |values| async move {
            let name = values.get("name");
            let (email, password) = (values.get("email"), values.get("password"));
            NewAccount::check(&name, &email, password.clone()).map_err(AppError::Invalid)?;
            sign_up(name, email, password, values.get("next")).await
        });
    };
    view! {
        <form class="form" method="post" action="/signup" novalidate on:submit=submit>
            <FormError error=state.error() />
            <input type="hidden" name="next" value=typed.next />
            <TextField
                label="Name"
                name="name"
                autocomplete="name"
                optional=true
                value=typed.name
                error=state.error_of(Field::Name)
            />
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
                autocomplete="new-password"
                hint="At least 8 characters."
                error=state.error_of(Field::Password)
            />
            <SubmitButton label="Create account" busy="Creating account…" pending=state.pending() />
        </form>
    }
}
