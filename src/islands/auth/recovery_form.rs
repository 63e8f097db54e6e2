use leptos::prelude::*;

use crate::{actions::auth::send_recovery, islands::enhance::enhance, model::Email};

/// Asks for a link that sets a new password.
#[island]
pub fn RecoveryForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| send_recovery(form.value::<Email>("email")))
}
