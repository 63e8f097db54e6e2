//! What stands in expected answers for values that differ from run to run: `<id>`, `<datetime>` …

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
};

use fancy_regex::Regex;
use serde_json::Value;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use super::variables::{id_and_secret, text_in};

/// How far a date may be from where it's expected.
const TOLERANCE: Duration = Duration::MINUTE;

static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"<(datetime-or-empty|datetime~?(?:\+\d+)?|session-secret(?: \d+)?|digits(?: \d+)?|hex(?: \d+)?|null-or-string|phone-secret|totp-uri|http-date|base32|version|string|phrase|bool|text|hash|any|int|jwt|md5|id|ip)>",
    )
    .unwrap()
});

/// The placeholder that a text is, if it's nothing else.
pub fn alone(text: &str) -> Option<&str> {
    let found = PLACEHOLDER.captures(text).unwrap()?;
    let (whole, kind) = (found.get(0)?, found.get(1)?);
    (whole.as_str() == text).then_some(kind.as_str())
}

/// Whether a text is one with placeholders in it.
pub fn fits_text(expected: &str, actual: &str) -> bool {
    let mut pattern = String::new();
    let mut end = 0;
    for found in PLACEHOLDER.captures_iter(expected) {
        let found = found.unwrap();
        let (whole, kind) = (found.get(0).unwrap(), found.get(1).unwrap());
        pattern.push_str(&fancy_regex::escape(&expected[end..whole.start()]));
        pattern.push_str(&pattern_of(kind.as_str()));
        end = whole.end();
    }
    pattern.push_str(&fancy_regex::escape(&expected[end..]));
    is_match(&pattern, actual)
}

/// Why a value isn't what a placeholder stands for.
pub fn mismatch(kind: &str, actual: &Value) -> Option<String> {
    let right = match kind {
        "any" => true,
        "int" => actual.is_i64() || actual.is_u64(),
        "bool" => actual.is_boolean(),
        "null-or-string" => actual.is_null() || actual.is_string(),
        _ => match actual.as_str() {
            Some(text) => return text_mismatch(kind, text),
            None => false,
        },
    };
    (!right).then(|| format!("not {kind}"))
}

fn text_mismatch(kind: &str, text: &str) -> Option<String> {
    let right = if let Some(least) = kind.strip_prefix("session-secret") {
        let least = least.trim().parse().unwrap_or(256);
        is_session_secret(text, least)
    } else if kind == "phone-secret" {
        let inner = id_and_secret(text).and_then(|fields| text_in(&fields, "secret"));
        is_match(r"\d{6}", inner.as_deref().unwrap_or(text))
    } else if kind == "totp-uri" {
        text.starts_with("otpauth://totp/") && text.contains("secret=")
    } else {
        is_match(&pattern_of(kind), text)
    };
    if !right {
        return Some(format!("not {kind}"));
    }
    let (_, seconds) = kind.split_once('+')?;
    let expected = Duration::seconds(seconds.parse().unwrap());
    let left = from_now(text);
    let near = left.is_some_and(|left| (left - expected).abs() <= TOLERANCE);
    (!near).then(|| format!("not about {seconds} s from now but {left:?}"))
}

/// How far a date is from now. One without an offset is in UTC.
fn from_now(text: &str) -> Option<Duration> {
    let zone = if text.ends_with("+00:00") || text.ends_with('Z') {
        ""
    } else {
        "Z"
    };
    let date = OffsetDateTime::parse(&format!("{text}{zone}"), &Rfc3339).ok()?;
    Some(date - OffsetDateTime::now_utc())
}

fn is_session_secret(text: &str, least: usize) -> bool {
    let Some(fields) = id_and_secret(text) else {
        return false;
    };
    let pattern = format!("[0-9a-f]{{{least},256}}");
    let secret = text_in(&fields, "secret");
    fields.keys().eq(["id", "secret"]) && secret.is_some_and(|secret| is_match(&pattern, &secret))
}

/// The pattern of a text, as a regular expression.
fn pattern_of(kind: &str) -> String {
    const DATE: &str = r"\d{4}-\d\d-\d\d";
    const TIME: &str = r"\d\d:\d\d:\d\d\.\d{3}";
    let loose_date = || format!(r"{DATE}[T ]{TIME}(?:\+00:00|Z)?");
    let (name, count) = kind.split_once(' ').unwrap_or((kind, ""));
    let repeated = |class: &str| {
        if count.is_empty() {
            format!("{class}+")
        } else {
            format!("{class}{{{count}}}")
        }
    };
    let pattern = match name {
        "hex" => return repeated("[0-9a-f]"),
        "digits" => return repeated(r"\d"),
        "datetime-or-empty" => return format!("(?:{})?", loose_date()),
        _ if name.starts_with("datetime~") => return loose_date(),
        _ if name.starts_with("datetime") => return format!(r"{DATE}T{TIME}(?:\+00:00|Z)"),
        "id" => "[A-Za-z0-9][A-Za-z0-9._-]{0,35}",
        "jwt" => r"[\w-]+\.[\w-]+\.[\w-]+",
        "hash" => r"\$(?:argon2(?:id|i)|2[aby])\$.+",
        "string" => ".+",
        "ip" => "[0-9a-fA-F:.]{2,45}",
        "base32" => "[A-Z2-7]+=*",
        "version" => r"\d+(?:\.\d+)+.*",
        "md5" => "[0-9a-f]{32}",
        "phrase" => r"[A-Z][\w'-]*(?: [\w'-]+)+",
        "http-date" => r".*\d.* GMT",
        "int" => r"-?\d+",
        _ => ".*",
    };
    pattern.to_owned()
}

/// Whether a pattern fits the whole of a text.
fn is_match(pattern: &str, text: &str) -> bool {
    // Compiling takes longer than everything else here.
    static COMPILED: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap();
    let regex = compiled
        .entry(pattern.to_owned())
        .or_insert_with(|| Regex::new(&format!(r"(?s)\A(?:{pattern})\z")).unwrap());
    regex.is_match(text).unwrap()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is(kind: &str, value: &Value) -> bool {
        mismatch(kind, value).is_none()
    }

    fn later(seconds: i64) -> Value {
        let date = OffsetDateTime::now_utc() + Duration::seconds(seconds);
        let date = date.replace_millisecond(date.millisecond()).unwrap();
        let text = date.format(&Rfc3339).unwrap();
        // Rfc3339 leaves out a fraction of zero.
        let seconds = text.get(..19).unwrap();
        format!("{seconds}.000+00:00").into()
    }

    #[test]
    fn a_placeholder_stands_for_its_kind_only() {
        for (kind, right, wrong) in [
            ("id", json!("a-1.b"), json!("-a")),
            ("bool", json!(false), json!("false")),
            ("int", json!(1), json!("1")),
            ("string", json!("x"), json!("")),
            ("text", json!(""), json!(null)),
            ("hex 4", json!("00af"), json!("00afb")),
            ("digits", json!("12"), json!("12a")),
            ("null-or-string", json!(null), json!(1)),
            ("jwt", json!("a.b.c"), json!("a.b")),
            ("phrase", json!("Golden Fox"), json!("Golden")),
            ("phone-secret", json!("123456"), json!("12345")),
            ("datetime", later(0), json!("2026-08-21 12:00:00.000")),
            (
                "datetime~",
                json!("2026-08-21 12:00:00.000"),
                json!("2026-08-21"),
            ),
            ("datetime-or-empty", json!(""), json!("never")),
            ("datetime+900", later(910), later(1000)),
            ("datetime~+900", later(890), later(100)),
            ("hash", json!("$argon2id$v"), json!("$1$v")),
        ] {
            assert!(is(kind, &right), "{kind} {right}");
            assert!(!is(kind, &wrong), "{kind} {wrong}");
        }
        assert!(is("any", &json!({})));
    }

    #[test]
    fn a_session_secret_is_json_in_base64() {
        use base64::{Engine, engine::general_purpose::STANDARD};
        let encoded = |json: Value| Value::String(STANDARD.encode(json.to_string()));
        let long = encoded(json!({ "id": "a", "secret": "0".repeat(256) }));
        let short = encoded(json!({ "id": "a", "secret": "0".repeat(64) }));
        assert!(is("session-secret", &long));
        assert!(!is("session-secret", &short));
        assert!(is("session-secret 64", &short));
        assert!(!is(
            "session-secret",
            &encoded(json!({ "secret": "0".repeat(256) }))
        ));
    }

    #[test]
    fn placeholders_stand_in_texts_too() {
        assert_eq!(alone("<id>"), Some("id"));
        assert_eq!(alone("<id> "), None);
        assert_eq!(alone("<nothing>"), None);
        assert!(fits_text("rows.<digits>.(a)", "rows.12.(a)"));
        assert!(!fits_text("rows.<digits>.(a)", "rows.x.(a)"));
    }
}
