//! `/account/name`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{FormState, NameField, SubmitButton},
    islands::account::NameForm,
    pages::PageResult,
    server::auth::session,
};

/// Changes the name.
pub async fn page(form: FormState) -> PageResult {
    let name = session::account().await?.name;
    change::page("Your name", form, Section::Profile, move || {
        view! {
            <p class="muted">"This is the name people see."</p>
            <NameForm>
                <NameField enterkeyhint="done" value=name />
                <SubmitButton busy="Saving…">"Save name"</SubmitButton>
            </NameForm>
        }
    })
}
