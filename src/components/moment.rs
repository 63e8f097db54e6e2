use leptos::prelude::*;

/// A date as people read it, with the exact time for machines.
#[component]
pub fn Moment(
    /// RFC 3339, as Appwrite has it.
    at: String,
) -> impl IntoView {
    let text = readable(&at).unwrap_or_else(|| at.clone());
    view! { <time datetime=at>{text}</time> }
}

/// `2026-08-21T12:00:00.000+00:00` as `21 August 2026`. Takes the date as it stands: Appwrite writes
/// UTC, and only the reader's own browser would know a better zone.
fn readable(at: &str) -> Option<String> {
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
    let month: usize = parts.next()?.parse().ok()?;
    let day: u8 = parts.next()?.parse().ok()?;
    let month = MONTHS.get(month.checked_sub(1)?)?;
    Some(format!("{day} {month} {year}"))
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn a_date_is_readable_and_anything_else_is_left_alone() {
        assert_eq!(
            readable("2026-08-01T12:00:00.000+00:00").as_deref(),
            Some("1 August 2026")
        );
        for odd in ["", "2026-13-01", "2026-00-01", "yesterday", "ääääääää"] {
            assert_eq!(readable(odd), None, "{odd:?}");
        }
    }
}
