use leptos::prelude::*;

use crate::{actions::account::set_password, islands::enhance::enhance, model::NewPassword};

/// Sets the first password of an account that has none.
#[island]
pub fn SetPasswordForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        set_password(form.value::<NewPassword>("password"), form.query("next"))
    })
}
