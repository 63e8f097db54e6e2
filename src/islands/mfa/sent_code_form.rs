use leptos::prelude::*;

use crate::{actions::mfa::answer_sent_code, islands::enhance::enhance, model::Code};

/// Completes the second step with the code that was sent.
#[island]
pub fn SentCodeForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        answer_sent_code(form.value::<Code>("code"), form.query("flow"))
    })
}
