use leptos::prelude::*;

use super::frame::FieldFrame;
use crate::model::{DisplayName, Email};

/// A line of text.
#[component]
pub fn TextField(
    /// The argument's name.
    name: &'static str,
    /// What people read above it.
    label: &'static str,
    /// Help below it.
    #[prop(optional)]
    hint: &'static str,
    /// The input's `type`: `text`, `url`, `date` ….
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers and password managers fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Which keyboard a phone shows. The default is the one for `kind`.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// What the keyboard's enter key says.
    #[prop(default = "next")]
    enterkeyhint: &'static str,
    /// How a phone capitalizes what's typed.
    #[prop(optional)]
    autocapitalize: Option<&'static str>,
    /// The most characters that can be typed.
    #[prop(optional)]
    maxlength: Option<usize>,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    let frame = FieldFrame::new(name, label, hint, optional);
    let value = frame.form.text_or(name, &value, maxlength);
    let value = Some(value).filter(|value| !value.is_empty());
    frame.around(view! {
        <input
            class="field-input"
            id=name
            name=name
            type=kind
            value=value
            autocomplete=autocomplete
            inputmode=inputmode
            enterkeyhint=enterkeyhint
            autocapitalize=autocapitalize
            maxlength=maxlength.map(|count| count.to_string())
            spellcheck="false"
            required=!optional
            autofocus=frame.autofocus()
            aria-invalid=frame.aria_invalid()
            aria-describedby=frame.described_by()
        />
    })
}

/// The name that people see beside an account.
#[component]
pub fn NameField(
    /// What the keyboard's enter key says.
    #[prop(default = "next")]
    enterkeyhint: &'static str,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    view! {
        <TextField
            name="name"
            label="Name"
            autocomplete="name"
            autocapitalize="words"
            enterkeyhint=enterkeyhint
            maxlength=DisplayName::MAX
            optional=optional
            value=value
        />
    }
}

/// An email address.
#[component]
pub fn EmailField(
    /// The argument's name.
    #[prop(default = "email")]
    name: &'static str,
    /// What people read above it.
    #[prop(default = "Email")]
    label: &'static str,
    /// `username` if people sign in with it, so password managers store it with the password;
    /// otherwise `email`.
    #[prop(default = "username")]
    autocomplete: &'static str,
    /// What the keyboard's enter key says.
    #[prop(default = "next")]
    enterkeyhint: &'static str,
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
) -> impl IntoView {
    view! {
        <TextField
            name=name
            label=label
            kind="email"
            value=value
            autocomplete=autocomplete
            enterkeyhint=enterkeyhint
            autocapitalize="none"
            maxlength=Email::MAX_BYTES
        />
    }
}

/// A phone number.
#[component]
pub fn PhoneField(
    /// The argument's name.
    #[prop(default = "phone")]
    name: &'static str,
    /// What the keyboard's enter key says.
    #[prop(default = "next")]
    enterkeyhint: &'static str,
) -> impl IntoView {
    view! {
        <TextField
            name=name
            label="Phone number"
            hint="With the country code, like +1 555 010 0199."
            kind="tel"
            autocomplete="tel"
            enterkeyhint=enterkeyhint
            maxlength=32
        />
    }
}
