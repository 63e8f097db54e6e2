use leptos::prelude::*;

use crate::model::Locale;

/// A date as people read it, with the exact time for machines.
#[component]
pub fn Date(
    /// RFC 3339, as Appwrite has it.
    at: String,
) -> impl IntoView {
    let locale = use_context().unwrap_or_default();
    let text = readable(&at, locale).unwrap_or_else(|| at.clone());
    view! { <time datetime=at>{text}</time> }
}

/// `2026-08-21T12:00:00.000+00:00` as `21 August 2026`, or as the reader's language writes it.
///
/// The date is taken as it is: Appwrite uses UTC, and only the reader's own browser knows a better
/// time zone.
fn readable(at: &str, locale: Locale) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let mut parts = at.get(..10)?.split('-');
    let year = parts.next()?;
    let number: usize = parts.next()?.parse().ok()?;
    let day: u8 = parts.next()?.parse().ok()?;
    let month = MONTHS.get(number.checked_sub(1)?)?;
    Some(match locale {
        Locale::English => format!("{day} {month} {year}"),
        Locale::American => format!("{month} {day}, {year}"),
        Locale::German => format!("{day:02}.{number:02}.{year}"),
        Locale::French | Locale::Spanish => format!("{day:02}/{number:02}/{year}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_readable_and_anything_else_is_left_alone() {
        for (locale, text) in [
            (Locale::English, "1 August 2026"),
            (Locale::American, "August 1, 2026"),
            (Locale::German, "01.08.2026"),
            (Locale::Spanish, "01/08/2026"),
        ] {
            let read = readable("2026-08-01T12:00:00.000+00:00", locale);
            assert_eq!(read.as_deref(), Some(text));
        }
        for odd in ["", "2026-13-01", "2026-00-01", "yesterday", "ääääääää"] {
            assert_eq!(readable(odd, Locale::English), None, "{odd:?}");
        }
    }
}
