//! `/account/name`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{FormState, SubmitButton, TextField},
    islands::account::NameForm,
    model::DisplayName,
    pages::PageResult,
};

/// Changes the name.
pub async fn page(form: FormState) -> PageResult {
    change::page("Your name", form, Section::Profile, || {
        view! {
            <p class="muted">"This is the name people see."</p>
            <NameForm>
                <TextField name="name" label="Name" autocomplete="name" autocapitalize="words" enterkeyhint="done" maxlength=DisplayName::MAX />
                <SubmitButton busy="Saving…">"Save name"</SubmitButton>
            </NameForm>
        }
    })
}
