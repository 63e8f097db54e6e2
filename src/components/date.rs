use leptos::prelude::*;

use crate::model::Locale;

/// A date as people read it, with the exact time for machines.
#[component]
pub fn Date(
    /// RFC 3339, as Appwrite has it.
    at: String,
    /// Whether the time of day matters, too.
    #[prop(optional)]
    with_time: bool,
    /// Whether a script shows it in the reader's own time zone. Without one it stays in UTC.
    #[prop(optional)]
    local: bool,
) -> impl IntoView {
    let locale: Locale = use_context().unwrap_or_default();
    let date = readable(&at, locale);
    let time = with_time.then(|| time_of_day(&at)).flatten();
    let text = match (date, time) {
        (Some(date), Some(time)) => format!("{date}, {time} UTC"),
        (Some(date), None) => date,
        (None, _) => at.clone(),
    };
    let local: Option<&str> = local.then(|| locale.into());
    view! {
        <time datetime=at data-local=local>
            {text}
        </time>
    }
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

/// `2026-08-21T12:00:00.000+00:00` as `12:00`.
fn time_of_day(at: &str) -> Option<&str> {
    let time = at.get(11..16)?;
    let is_time = time.bytes().enumerate().all(|(index, byte)| match index {
        2 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    is_time.then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_day_has_hours_and_minutes() {
        assert_eq!(time_of_day("2026-08-01T12:34:56.000+00:00"), Some("12:34"));
        for odd in ["", "2026-08-01", "2026-08-01Tnoon", "ääääääääääääääääää"] {
            assert_eq!(time_of_day(odd), None, "{odd:?}");
        }
    }

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
