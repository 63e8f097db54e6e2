use leptos::prelude::*;

use super::frame::FieldFrame;

/// A file. Browsers don't let a page fill it in, so people choose it again if the form comes back.
///
/// The form has to be posted as `multipart/form-data`, and its server function takes
/// `MultipartData`.
#[component]
pub fn FileField(
    /// The argument's name.
    name: &'static str,
    /// What people read above it.
    label: &'static str,
    /// Help below it, such as the largest size.
    #[prop(optional)]
    hint: &'static str,
    /// Which files are offered, for example `image/*`.
    #[prop(optional)]
    accept: Option<&'static str>,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let frame = FieldFrame::new(name, label, hint, optional);
    frame.around(view! {
        <input
            class="field-input"
            id=name
            name=name
            type="file"
            accept=accept
            required=!optional
            autofocus=frame.autofocus()
            aria-invalid=frame.aria_invalid()
            aria-describedby=frame.described_by()
        />
    })
}
