use leptos::prelude::*;

use crate::{actions::auth::send_recovery, islands::enhance::enhance, model::Email};

/// Asks for a password reset link by email.
#[island]
pub fn RecoveryForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| send_recovery(form.value::<Email>("email")))
}
