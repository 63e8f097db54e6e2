//! `/signin/link`

use leptos::prelude::*;

use super::email_link::{self, NewLink};
use crate::{
    components::{FormState, SubmitButton},
    islands::auth::LinkForm,
    pages::PageResult,
};

/// Signs in with a link from an email.
pub async fn page(form: FormState) -> PageResult {
    let new_link = NewLink {
        path: "/signin/magic-url",
        label: "Send a new link",
    };
    email_link::page("Sign in", form, new_link, || {
        view! {
            <p class="muted">"This link signs you in, in this browser."</p>
            <LinkForm>
                <SubmitButton busy="Signing in…">"Sign in"</SubmitButton>
            </LinkForm>
        }
    })
}
