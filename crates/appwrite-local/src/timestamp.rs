//! Dates as Appwrite writes them: `2026-08-21T12:00:00.000+00:00`.

use time::{OffsetDateTime, macros::format_description};

/// A moment, written as Appwrite would. Two of these compare as text the way the moments compare.
pub fn format(at: OffsetDateTime) -> String {
    at.format(format_description!(
        "[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]+00:00"
    ))
    .unwrap_or_default()
}

/// The moment of the call.
pub fn now() -> String {
    format(OffsetDateTime::now_utc())
}
