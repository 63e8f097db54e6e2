use leptos::prelude::*;

use crate::{actions::mfa::answer_recovery_code, islands::enhance::enhance, model::Code};

/// Completes the second step with a recovery code.
#[island]
pub fn RecoveryCodeForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        answer_recovery_code(form.value::<Code>("code"), form.query("next"))
    })
}
