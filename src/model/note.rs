//! A note, and the values that people type into one.

use serde::{Deserialize, Serialize};

use super::{
    problem::Problem,
    values::{Value, reads_as_text, visible},
};

/// A note, by the columns of its table in `appwrite.config.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Note {
    /// What it's about, in one line.
    pub title: String,
    /// What it says.
    pub text: Option<String>,
    /// What it belongs to.
    pub tag: Option<String>,
    /// The day by which it should be done (RFC 3339, at midnight UTC).
    pub due: Option<String>,
    /// Whether it stays on top of the list.
    pub pinned: bool,
    /// Whether it's done.
    pub done: bool,
}

/// What a note is about, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteTitle(String);

/// What a note says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteText(String);

/// What notes belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag(String);

/// A day, as browsers send it: `2026-12-31`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day(String);

reads_as_text!(NoteTitle);
reads_as_text!(NoteText);
reads_as_text!(Tag);
reads_as_text!(Day);

impl NoteTitle {
    /// The most characters that the column takes.
    pub const MAX: usize = 200;
}

impl NoteText {
    /// The most characters that the column takes.
    pub const MAX: usize = 10_000;
}

impl Tag {
    /// The most characters that the column takes.
    pub const MAX: usize = 36;
}

impl Value for NoteTitle {
    fn parse(typed: &str) -> Result<Self, Problem> {
        line(typed, Self::MAX).map(Self)
    }
}

impl Value for NoteText {
    /// Leaves out control characters, and ends lines as everybody but the web's forms does.
    /// Marks for the direction of text stay: somebody put them there.
    fn parse(typed: &str) -> Result<Self, Problem> {
        let text = typed.replace("\r\n", "\n");
        let is_text = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
        let text: String = text.chars().filter(is_text).collect();
        let text = text.trim_end().to_owned();
        if text.chars().count() > Self::MAX {
            return Err(Problem::TooLong(Self::MAX as u32));
        }
        Ok(Self(text))
    }
}

impl Value for Tag {
    fn parse(typed: &str) -> Result<Self, Problem> {
        line(typed, Self::MAX).map(Self)
    }
}

impl Value for Day {
    fn parse(typed: &str) -> Result<Self, Problem> {
        let typed = typed.trim();
        if is_day(typed).unwrap_or_default() {
            Ok(Self(typed.to_owned()))
        } else {
            Err(Problem::Malformed)
        }
    }
}

/// A line that people can see, of at most so many characters.
fn line(typed: &str, max: usize) -> Result<String, Problem> {
    let line = visible(typed).replace(['\n', '\r', '\t'], " ");
    match line.chars().count() {
        0 => Err(Problem::Missing),
        count if count > max => Err(Problem::TooLong(max as u32)),
        _ => Ok(line),
    }
}

/// Whether it's a day of the calendar, after the year 999. `None` if it isn't written as one.
fn is_day(text: &str) -> Option<bool> {
    let is_written = |(index, byte): (usize, u8)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    if text.len() != 10 || !text.bytes().enumerate().all(is_written) {
        return None;
    }
    let number = |from, to| text.get(from..to)?.parse::<u32>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap_year),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    Some(year > 999 && (1..=days).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_one_line_that_people_can_see() {
        assert_eq!(&*NoteTitle::parse(" Buy\r\nmilk\0 ").unwrap(), "Buy  milk");
        assert_eq!(&*NoteTitle::parse("\u{202e}klim").unwrap(), "klim");
        for nothing in ["", " \n", "\u{200b}", "\0"] {
            assert_eq!(NoteTitle::parse(nothing), Err(Problem::Missing));
        }
        assert!(NoteTitle::parse(&"\u{1f4a1}".repeat(200)).is_ok());
        let long = NoteTitle::parse(&"a".repeat(201));
        assert_eq!(long, Err(Problem::TooLong(200)));
    }

    #[test]
    fn a_text_keeps_its_lines_and_loses_what_nobody_typed() {
        for (typed, kept) in [
            ("", ""),
            ("  one\r\n\ttwo\n\n", "  one\n\ttwo"),
            ("a\0b\u{7f}", "ab"),
            ("\u{200f}שלום", "\u{200f}שלום"),
        ] {
            assert_eq!(&*NoteText::parse(typed).unwrap(), kept);
        }
        // A line break counts once, however the browser sends it.
        assert!(NoteText::parse(&"a\r\n".repeat(5000)).is_ok());
        let long = NoteText::parse(&"ä".repeat(10_001));
        assert_eq!(long, Err(Problem::TooLong(10_000)));
    }

    #[test]
    fn a_day_is_one_of_the_calendar() {
        for day in ["2026-12-31", " 2024-02-29 ", "2000-02-29", "1000-01-01"] {
            assert_eq!(&*Day::parse(day).unwrap(), day.trim());
        }
        for other in [
            "",
            "tomorrow",
            "2026-13-01",
            "2026-00-10",
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-01-00",
            "0999-12-31",
            "2026-1-1",
            "2026-+1-01",
            "2026/01/01",
            "2026-01-01T00:00",
            "２０２６-01",
        ] {
            assert_eq!(Day::parse(other), Err(Problem::Malformed), "{other:?}");
        }
    }
}
