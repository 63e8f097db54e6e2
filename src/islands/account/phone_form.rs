use leptos::prelude::*;

use crate::{
    actions::account::update_phone,
    islands::enhance::enhance,
    model::{CurrentPassword, Phone},
};

/// Changes the phone number.
#[island]
pub fn PhoneForm(
    /// The fields and the button.
    children: Children,
) -> impl IntoView {
    enhance(children, |form| {
        update_phone(
            form.value::<Phone>("phone"),
            form.value::<CurrentPassword>("password"),
        )
    })
}
