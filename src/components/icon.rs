use leptos::prelude::*;

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
    /// Dots and a cursor, like a code being typed.
    Code,
    /// A phone.
    Phone,
    /// A door.
    Door,
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
            Self::Code => "M2.5 6h15v8h-15Zm3.5 4h.01M9 10h.01M12 10h.01M14.8 8.5v3",
            Self::Phone => "M6 2.5h8v15H6Zm3 12.3h2",
            Self::Door => "M5 17.5v-15h10v15M3 17.5h14M12 10h.01",
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

/// A provider's icon in the color of the text around it: one like its logo if most people know it,
/// otherwise a plain chain link. It's only decoration.
#[component]
pub fn ProviderDrawing(
    /// Appwrite's ID of the provider.
    provider: String,
) -> impl IntoView {
    let path = match provider.as_str() {
        "github" => {
            "M7.5 17.5v-2.2c-2 .3-2.6-.9-3.2-1.6M7.5 15.3c-2.6-.4-4-2-4-4.7 0-1.2.4-2.2 1.1-3-.2-1 0-2 .3-3 1 .1 2 .6 2.8 1.2a9 9 0 0 1 4.6 0c.8-.6 1.8-1.1 2.8-1.2.4 1 .5 2 .3 3 .7.8 1.1 1.8 1.1 3 0 2.7-1.4 4.3-4 4.7v2.2"
        }
        "gitlab" => "m10 17-7-5.2L5 3.8l2.2 5.5h5.6L15 3.8l2 8Z",
        "google" => "M15.3 5.7A6.8 6.8 0 1 0 16.8 10H10.5",
        "microsoft" => {
            "M3.5 3.5h5.7v5.7H3.5Zm7.3 0h5.7v5.7h-5.7Zm-7.3 7.3h5.7v5.7H3.5Zm7.3 0h5.7v5.7h-5.7Z"
        }
        "apple" => {
            "M10 6.8c-.8 0-1.5-.6-2.6-.6C5.5 6.2 4 7.8 4 10.4c0 3 2 6.6 3.8 6.6.8 0 1.3-.5 2.2-.5s1.4.5 2.2.5c1.3 0 2.7-2 3.3-4-2.6-1.2-2.5-4.5-.2-5.6-.7-.8-1.6-1.2-2.7-1.2-1.1 0-1.8.6-2.6.6Zm0-1.3c0-1.7 1-2.9 2.5-3.1"
        }
        "facebook" => "M8.5 17.5V6.8c0-2.5 1.5-4 4.5-3.5M5.8 9.5h6.4",
        "discord" => {
            "M7 4.5c-1.5.2-2.8.7-3 1-1 2-1.5 5-1.5 8 1 1.2 2.5 2 4 2l1-1.5h5l1 1.5c1.5 0 3-.8 4-2 0-3-.5-6-1.5-8-.2-.3-1.5-.8-3-1M7.6 9.8h.01M12.4 9.8h.01"
        }
        "linkedin" => "M3.5 3.5h13v13h-13ZM7 9v4.5M7 6.5h.01M10 13.5V9m0 2c0-2.5 3.5-2.5 3.5 0v2.5",
        "x" => "m4 4 12 12M16 4 4 16",
        _ => Icon::Link.path(),
    };
    outline(path)
}

fn outline(path: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d=path />
        </svg>
    }
}
