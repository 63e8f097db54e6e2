//! `/account/name`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{FormState, NameField, SubmitButton},
    islands::account::NameForm,
    pages::PageResult,
};

/// Changes the name.
pub async fn page(form: FormState) -> PageResult {
    change::page("Your name", form, Section::Profile, || {
        view! {
            <p class="muted">"This is the name people see."</p>
            <NameForm>
                <NameField enterkeyhint="done" />
                <SubmitButton busy="Saving…">"Save name"</SubmitButton>
            </NameForm>
        }
    })
}
