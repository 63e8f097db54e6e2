//! Dates as Appwrite writes them: `2026-08-21T12:00:00.000+00:00`.

use time::{
    Date, OffsetDateTime, PrimitiveDateTime, Time, format_description::well_known::Rfc3339,
    macros::format_description,
};

/// A moment, written as Appwrite would. Two of these compare as text the way the moments compare.
pub fn format(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC)
        .format(format_description!(
            "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]+00:00"
        ))
        .unwrap_or_default()
}

/// The moment of the call.
pub fn now() -> String {
    format(OffsetDateTime::now_utc())
}

/// A date as Appwrite leaves it in the few answers where it forgets to write it like the others:
/// `2026-08-21 12:00:00.000`, in UTC.
pub fn unformatted(date: &str) -> String {
    date.trim_end_matches("+00:00").replacen('T', " ", 1)
}

/// Reads a date that an app sends: `2026-08-21`, a time after it, and perhaps an offset. Without an
/// offset, it's in UTC.
pub fn parse(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim().replacen(' ', "T", 1);
    if let Ok(at) = OffsetDateTime::parse(&text, &Rfc3339) {
        return Some(at);
    }
    let (date, time) = text.split_once('T').unwrap_or((&text, ""));
    let date = Date::parse(date, format_description!("[year]-[month]-[day]")).ok()?;
    let time = match time {
        "" => Time::MIDNIGHT,
        _ => [
            format_description!("[hour]:[minute]"),
            format_description!("[hour]:[minute]:[second]"),
            format_description!("[hour]:[minute]:[second].[subsecond]"),
        ]
        .into_iter()
        .find_map(|form| Time::parse(time, form).ok())?,
    };
    Some(PrimitiveDateTime::new(date, time).assume_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unformatted_date_has_no_offset() {
        let date = unformatted("2026-08-21T12:00:00.000+00:00");
        assert_eq!(date, "2026-08-21 12:00:00.000");
        assert_eq!(unformatted(""), "");
    }

    #[test]
    fn dates_may_be_written_in_several_ways() {
        for (text, read) in [
            ("2026-08-21", Some("2026-08-21T00:00:00.000+00:00")),
            ("2026-08-21 12:30", Some("2026-08-21T12:30:00.000+00:00")),
            (
                "2026-08-21 12:30:15.5",
                Some("2026-08-21T12:30:15.500+00:00"),
            ),
            ("2026-08-21T12:30:15", Some("2026-08-21T12:30:15.000+00:00")),
            (
                "2026-08-21T12:30:15.123Z",
                Some("2026-08-21T12:30:15.123+00:00"),
            ),
            (
                "2026-08-21T14:30:15+02:00",
                Some("2026-08-21T12:30:15.000+00:00"),
            ),
            ("2026-02-30", None),
            ("21.08.2026", None),
            ("nope", None),
            ("", None),
        ] {
            let parsed = parse(text).map(format);
            assert_eq!(parsed.as_deref(), read, "{text}");
        }
    }
}
