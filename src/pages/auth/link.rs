//! `/signin/link`

use leptos::prelude::*;

use super::email_link::{self, EmailLink};
use crate::{
    components::{FormState, SubmitButton},
    islands::auth::LinkForm,
    pages::PageResult,
};

/// Signs in with a link from an email.
pub async fn page(form: FormState) -> PageResult {
    let link = EmailLink {
        new_link: "/signin/magic-url",
        new_link_label: "Send a new link",
        in_another_account: "Signing in with it signs you out of yours.",
        can_be_a_trap: true,
    };
    email_link::page("Sign in", form, link, || {
        view! {
            <p class="muted">"This link signs you in, in this browser."</p>
            <LinkForm>
                <SubmitButton busy="Signing in…">"Sign in"</SubmitButton>
            </LinkForm>
        }
    })
}
