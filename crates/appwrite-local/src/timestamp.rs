//! Dates as Appwrite writes them: `2026-08-21T12:00:00.000+00:00`.

use time::{Date, Duration, Month, OffsetDateTime, Time, UtcOffset, macros::format_description};

/// A moment, written as Appwrite would. Two of these compare as text the way the moments compare.
pub fn format(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC)
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

/// A date in Appwrite's form: two of these compare as texts the way the moments compare. `None` if
/// it's no date from year 1000 to 9999.
pub fn canonical(text: &str) -> Option<String> {
    let at = parse(text)?;
    (1000..=9999).contains(&at.year()).then(|| format(at))
}

/// Reads a date that an app sends, in UTC. Appwrite takes whatever PHP reads as a date. Here it's ISO
/// 8601, with or without time and offset, and a few of PHP's words.
pub fn parse(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim();
    let now = OffsetDateTime::now_utc();
    match text.to_ascii_lowercase().as_str() {
        "now" => return Some(now),
        "today" => return Some(now.replace_time(Time::MIDNIGHT)),
        "tomorrow" => return Some(now.replace_time(Time::MIDNIGHT) + Duration::DAY),
        "yesterday" => return Some(now.replace_time(Time::MIDNIGHT) - Duration::DAY),
        _ => {}
    }
    let date = text.get(..10)?;
    let rest = text.get(10..)?;
    let mut parts = date.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = Month::try_from(u8::try_from(digits(parts.next()?, 2)?).ok()?).ok()?;
    let day = u8::try_from(digits(parts.next()?, 2)?).ok()?;
    if parts.next().is_some() {
        return None;
    }
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, day).ok()?;
    if rest.is_empty() {
        return Some(date.with_time(Time::MIDNIGHT).assume_utc());
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (time, offset) = split_offset(rest)?;
    let at = date.with_time(clock(time)?).assume_offset(offset);
    at.checked_to_offset(UtcOffset::UTC)
}

fn digits(text: &str, count: usize) -> Option<u32> {
    let all = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

fn clock(text: &str) -> Option<Time> {
    let mut parts = text.split(':');
    let hour = u8::try_from(digits(parts.next()?, 2)?).ok()?;
    let minute = u8::try_from(digits(parts.next()?, 2)?).ok()?;
    let (second, nanosecond) = match parts.next() {
        None => (0, 0),
        Some(second) => match second.split_once('.') {
            None => (digits(second, 2)?, 0),
            Some((second, fraction)) => (digits(second, 2)?, nanoseconds(fraction)?),
        },
    };
    if parts.next().is_some() {
        return None;
    }
    Time::from_hms_nano(hour, minute, u8::try_from(second).ok()?, nanosecond).ok()
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    let valid = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|it| it.is_ascii_digit());
    valid
        .then(|| format!("{fraction:0<9}").parse().ok())
        .flatten()
}

/// Splits the offset from UTC off a time.
fn split_offset(text: &str) -> Option<(&str, UtcOffset)> {
    let text = text.trim_end();
    if let Some(time) = text.strip_suffix(['Z', 'z']) {
        return Some((time, UtcOffset::UTC));
    }
    let Some(at) = text.find(['+', '-']) else {
        return Some((text, UtcOffset::UTC));
    };
    let (time, offset) = text.split_at(at);
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let offset = offset.get(1..)?.replace(':', "");
    let (hours, minutes) = match offset.len() {
        2 => (digits(&offset, 2)?, 0),
        4 => (digits(&offset[..2], 2)?, digits(&offset[2..], 2)?),
        _ => return None,
    };
    let (hours, minutes) = (i8::try_from(hours).ok()?, i8::try_from(minutes).ok()?);
    let offset = UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()?;
    Some((time.trim_end(), offset))
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

    #[test]
    fn dates_become_utc() {
        for (text, expected) in [
            ("2020-06-01", "2020-06-01T00:00:00.000+00:00"),
            ("2020-06-01T12:00:00+02:00", "2020-06-01T10:00:00.000+00:00"),
            ("2020-06-01 12:00", "2020-06-01T12:00:00.000+00:00"),
            ("2024-01-01T00:00:00.000Z", "2024-01-01T00:00:00.000+00:00"),
            (
                "2020-01-02T03:04:05.678-0130",
                "2020-01-02T04:34:05.678+00:00",
            ),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "nope nope",
            "2020-13-01",
            "2020-02-30",
            "0999-01-01",
            "2020-06-01T25:00",
            "2020-06-01T12:00+9",
            "2020-06-01T12:00:00.",
            "20-06-01",
            "äöüäöüäöü",
            "9999-12-31T23:59:59-01:00",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
        assert!(canonical("tomorrow").is_some());
    }
}
