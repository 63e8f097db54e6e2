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
    /// A letter.
    Mail,
    /// Four dots and a cursor, as a code is typed.
    Code,
    /// A phone.
    Phone,
    /// A door.
    Door,
    /// A key.
    Key,
    /// A cross.
    Cross,
}

impl Icon {
    /// The lines, in the syntax of an SVG path.
    fn path(self) -> &'static str {
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
        }
    }
}

/// A drawing in the colour of the text around it. Decoration only: what it stands for is said in
/// words beside it.
#[component]
pub fn Drawing(
    /// Which one.
    icon: Icon,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d=icon.path() />
        </svg>
    }
}

/// A sign for a provider in the colour of the text around it: one that reminds of its own for those
/// that most people know, a plain link for the others. Decoration only.
#[component]
pub fn ProviderDrawing(
    /// Appwrite's ID of it.
    provider: String,
) -> impl IntoView {
    let path = match provider.as_str() {
        "github" => {
            "M7.5 17.5v-2.2c-2 .3-2.6-.9-3.2-1.6M7.5 15.3c-2.6-.4-4-2-4-4.7 0-1.2.4-2.2 1.1-3-.2-1 0-2 .3-3 1 .1 2 .6 2.8 1.2a9 9 0 0 1 4.6 0c.8-.6 1.8-1.1 2.8-1.2.4 1 .5 2 .3 3 .7.8 1.1 1.8 1.1 3 0 2.700-1.400 4.300-4 4.700v2.200"
        }
        "gitlab" => "m10 17-7-5.200L5 3.800l2.200 5.500h5.600L15 3.800l2 8Z",
        "google" => "M15.300 5.700A6.800 6.800 0 1 0 16.800 10H10.500",
        "microsoft" => {
            "M3.500 3.500h5.700v5.700H3.500Zm7.300 0h5.700v5.700h-5.700Zm-7.300 7.300h5.700v5.700H3.500Zm7.300 0h5.700v5.700h-5.700Z"
        }
        "apple" => {
            "M10 6.800c-.800 0-1.500-.600-2.600-.600C5.500 6.200 4 7.800 4 10.400c0 3 2 6.600 3.800 6.600.800 0 1.300-.500 2.200-.500s1.400.500 2.200.500c1.300 0 2.700-2 3.300-4-2.600-1.200-2.500-4.500-.200-5.600-.7-.800-1.600-1.200-2.700-1.200-1.100 0-1.800.6-2.600.6Zm0-1.300c0-1.700 1-2.900 2.500-3.100"
        }
        "facebook" => "M8.500 17.500V6.800c0-2.500 1.500-4 4.500-3.500M5.800 9.500h6.400",
        "discord" => {
            "M7 4.500c-1.500.2-2.800.7-3 1-1 2-1.500 5-1.500 8 1 1.200 2.500 2 4 2l1-1.500h5l1 1.500c1.500 0 3-.8 4-2 0-3-.5-6-1.500-8-.2-.3-1.500-.8-3-1M7.600 9.800h.01M12.400 9.800h.01"
        }
        "linkedin" => {
            "M3.500 3.500h13v13h-13ZM7 9v4.500M7 6.500h.01M10 13.500V9m0 2c0-2.500 3.500-2.500 3.500 0v2.500"
        }
        "x" => "m4 4 12 12M16 4 4 16",
        _ => Icon::Link.path(),
    };
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d=path />
        </svg>
    }
}
