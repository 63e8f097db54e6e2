use leptos::prelude::*;

use crate::model::provider_name;

/// What a [`Drawing`] shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A person.
    Person,
    /// A shield.
    Shield,
    /// A screen and a phone.
    Devices,
    /// Two links of a chain.
    Link,
    /// Two sliders.
    Sliders,
    /// A clock.
    Clock,
    /// An envelope.
    Mail,
    /// A phone.
    Phone,
    /// A key.
    Key,
    /// A cross.
    Cross,
    /// A tick.
    Tick,
    /// A pin.
    Pin,
    /// A bin.
    Bin,
}

impl Icon {
    /// The lines, in the syntax of an SVG path.
    pub fn path(self) -> &'static str {
        match self {
            Self::Person => "M10 10a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6.5 7a6.5 6.5 0 0 1 13 0",
            Self::Shield => {
                "M10 2.5 16.5 5v4.5c0 4-2.7 6.8-6.5 8-3.8-1.2-6.5-4-6.5-8V5Zm-2.5 7.3 1.8 1.8 3.4-3.4"
            }
            Self::Devices => "M2.5 4h11v4M2.5 4v8.5h7M6 15.5h4M12.5 8h5v9h-5Z",
            Self::Link => {
                "M8.5 11.5a3.2 3.2 0 0 0 4.6 0l2.5-2.5a3.25 3.25 0 0 0-4.6-4.6l-.8.8M11.5 8.5a3.2 3.2 0 0 0-4.6 0L4.4 11a3.25 3.25 0 0 0 4.6 4.6l.8-.8"
            }
            Self::Sliders => "M3 6h6m4 0h4M11 4v4M3 14h2m4 0h8M7 12v4",
            Self::Clock => "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm0-11v4.3l2.8 1.7",
            Self::Mail => "M3 5h14v10.5H3Zm0 .8 7 5.2 7-5.2",
            Self::Phone => "M6 2.5h8v15H6Zm3 12.3h2",
            Self::Key => {
                "M12.5 11.5a4 4 0 1 0-3.6-2.3L3 15v2h3v-2h2v-2l2.2-2.2a4 4 0 0 0 2.3.7ZM13 7h.01"
            }
            Self::Cross => "m5 5 10 10M15 5 5 15",
            Self::Tick => "m5 10.5 3.5 3.5L15 6.5",
            Self::Pin => "M10 12v5.5M7 3h6l-.7 5.2L14.5 12h-9l2.2-3.8Z",
            Self::Bin => "M4 5.5h12M8 5.5V3h4v2.5M5.5 5.5l.7 11.5h7.6l.7-11.5M8.5 9v4.5m3-4.5v4.5",
        }
    }
}

/// A drawing in the color of the text around it. It's only decoration: the words next to it say
/// the same.
#[component]
pub fn Drawing(
    /// Which one.
    icon: Icon,
) -> impl IntoView {
    outline(icon.path())
}

/// A provider's mark, in its own colors where its rules ask for that. It's only decoration: its name
/// stands next to it. Providers whose mark isn't drawn here have the first letter of their name.
#[component]
pub fn ProviderMark(
    /// Appwrite's ID of the provider.
    provider: String,
) -> impl IntoView {
    match provider.as_str() {
        "github" => view! {
            <svg class="mark" viewBox="0 0 16 16" aria-hidden="true">
                <path d="M8 .5a7.5 7.5 0 0 0-2.3 14.6v-2c-2 .4-2.5-.9-2.8-1.6-.2-.5-.6-.8-1-1 1.2-.2 1.7.5 2.1 1.2.4.6.9.8 1.8.5.1-.5.3-.8.6-1.1-2.1-.3-3.6-1.2-3.6-3.9 0-.8.3-1.5.8-2.1-.2-.7-.1-1.5.2-2.2.8 0 1.5.4 2.2.9a8 8 0 0 1 4 0c.7-.5 1.4-.9 2.2-.9.3.7.4 1.5.2 2.2.5.6.8 1.3.8 2.1 0 2.7-1.5 3.6-3.6 3.9.4.4.7.9.7 1.7v2.3A7.5 7.5 0 0 0 8 .5" />
            </svg>
        }
        .into_any(),
        "google" => view! {
            <svg class="mark" viewBox="0 0 18 18" aria-hidden="true">
                <g fill="none" stroke-width="3.6">
                    <path stroke="#ea4335" d="M14 4.1A7 7 0 0 0 2.8 5.8" />
                    <path stroke="#fbbc05" d="M2.8 5.8a7 7 0 0 0 0 6.4" />
                    <path stroke="#34a853" d="M2.8 12.2a7 7 0 0 0 10.7 2.2" />
                    <path stroke="#4285f4" d="M13.5 14.4A7 7 0 0 0 16 9H9" />
                </g>
            </svg>
        }
        .into_any(),
        "microsoft" => view! {
            <svg class="mark" viewBox="0 0 21 21" aria-hidden="true">
                <path fill="#f25022" d="M0 0h10v10H0z" />
                <path fill="#7fba00" d="M11 0h10v10H11z" />
                <path fill="#00a4ef" d="M0 11h10v10H0z" />
                <path fill="#ffb900" d="M11 11h10v10H11z" />
            </svg>
        }
        .into_any(),
        other => {
            let letter: String = provider_name(other).chars().take(1).collect();
            view! { <span class="initials" data-letters=letter aria-hidden="true" /> }.into_any()
        }
    }
}

fn outline(path: &'static str) -> impl IntoView {
    // As inner HTML, because an empty element needs no closing tag there.
    view! { <svg aria-hidden="true" inner_html=format!(r#"<path d="{path}"/>"#) /> }
}
