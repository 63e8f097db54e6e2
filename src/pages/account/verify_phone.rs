//! `/account/phone/verify`

use leptos::prelude::*;

use super::{change, layout::Section};
use crate::{
    components::{CodeField, FormState, PostButton, SubmitButton},
    islands::account::VerifyPhoneForm,
    pages::PageResult,
};

/// Asks for the code that verifies the phone number.
pub async fn page(form: FormState) -> PageResult {
    change::page("Verify your phone number", form, Section::Profile, || {
        view! {
            <p class="muted">"Enter the code we sent to your phone."</p>
            <VerifyPhoneForm>
                <CodeField />
                <SubmitButton busy="Checking…">"Verify number"</SubmitButton>
            </VerifyPhoneForm>
            <div>
                "Didn't get it? "
                <PostButton action="/account/phone/send" class="link">
                    "Send another code"
                </PostButton>
            </div>
        }
    })
}
