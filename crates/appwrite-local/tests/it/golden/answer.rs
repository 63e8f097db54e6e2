//! What the server answered, and its headers in the form in which scenarios hold them.

use std::{collections::BTreeSet, sync::LazyLock};

use fancy_regex::Regex;
use percent_encoding::percent_decode_str;
use reqwest::Response;
use serde_json::{Map, Value, json};

/// An answer.
pub struct Answer {
    pub status: u16,
    pub body: Value,
    headers: Vec<(String, String)>,
}

impl Answer {
    /// Reads a response to its end. A body that is no JSON is a text.
    pub async fn read(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers: Vec<_> = response
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                (name.as_str().to_owned(), value.into_owned())
            })
            .collect();
        let text = response.text().await.unwrap();
        let mut answer = Self {
            status,
            body: Value::Null,
            headers,
        };
        let is_json = answer
            .header("content-type")
            .is_some_and(|kind| kind.contains("json"));
        let json = is_json.then(|| serde_json::from_str(&text).ok()).flatten();
        answer.body = json.unwrap_or(Value::String(text));
        answer
    }

    fn lines<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// A header. Equal lines count once.
    pub fn header(&self, name: &str) -> Option<String> {
        let mut lines: Vec<&str> = Vec::new();
        for line in self.lines(name) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        (!lines.is_empty()).then(|| lines.join(", "))
    }

    /// The value of a cookie, as it was sent.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let mut pairs = self.lines("set-cookie").filter_map(|line| {
            let pair = line.split(';').next()?;
            pair.split_once('=')
        });
        let (_, value) = pairs.find(|(known, _)| *known == name)?;
        Some(value.to_owned())
    }

    /// The parameters of the address that it redirects to, as they are.
    pub fn location_query(&self) -> Value {
        let location = self.header("location").unwrap_or_default();
        let query = location.split_once('?').map_or("", |(_, query)| query);
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect::<Map<_, _>>()
            .into()
    }

    /// A header in the form in which scenarios hold it; null when there's none.
    pub fn header_view(&self, name: &str) -> Value {
        if name == "set-cookie" {
            return self.cookies();
        }
        let Some(value) = self.header(name) else {
            return Value::Null;
        };
        match name {
            "location" => location(&value),
            "x-fallback-cookies" => {
                let last = self.lines(name).last().unwrap_or_default();
                serde_json::from_str(last).unwrap_or_else(|_| last.into())
            }
            "content-type" => {
                let parts: Vec<&str> = value.split(';').map(str::trim).collect();
                parts.join("; ").to_lowercase().into()
            }
            "x-ratelimit-limit"
            | "x-ratelimit-remaining"
            | "x-ratelimit-reset"
            | "content-length" => value.parse::<u64>().map_or(value.into(), Value::from),
            "access-control-allow-methods"
            | "access-control-allow-headers"
            | "access-control-expose-headers" => {
                let items = value.split(',').map(|item| item.trim().to_lowercase());
                let items: BTreeSet<_> = items.filter(|item| !item.is_empty()).collect();
                json!(items)
            }
            _ => value.into(),
        }
    }

    fn cookies(&self) -> Value {
        let mut cookies: Vec<_> = self.lines("set-cookie").map(cookie).collect();
        cookies.sort_by_key(|cookie| cookie["name"].to_string());
        cookies.into()
    }
}

/// `Max-Age` only says what `Expires` says.
fn cookie(line: &str) -> Value {
    let mut parts = line.split(';').map(str::trim);
    let pair = parts.next().unwrap_or_default();
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let mut attributes = Map::new();
    for part in parts {
        let (name, value) = match part.split_once('=') {
            Some((name, value)) => (name, Value::from(value)),
            None => (part, Value::Bool(true)),
        };
        attributes.insert(name.to_lowercase(), value);
    }
    attributes.remove("max-age");
    let value = percent_decode_str(value).decode_utf8_lossy();
    json!({ "name": name, "value": value, "attributes": attributes })
}

/// `{url, query, fragment}`, with `{{endpoint}}` where the server names itself.
fn location(value: &str) -> Value {
    let (rest, fragment) = value.split_once('#').unwrap_or((value, ""));
    let (url, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut view = json!({ "url": without_origin(url) });
    if !query.is_empty() {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        view["query"] = pairs
            .map(|(name, value)| (name.into_owned(), parameter(&value)))
            .collect::<Map<_, _>>()
            .into();
    }
    if !fragment.is_empty() {
        view["fragment"] = fragment.into();
    }
    view
}

/// A parameter of an address, which may be an object in JSON.
fn parameter(value: &str) -> Value {
    match serde_json::from_str(value) {
        Ok(Value::Object(fields)) => fields
            .into_iter()
            .map(|(name, value)| match value {
                Value::String(text) => (name, without_origin(&text).into()),
                other => (name, other),
            })
            .collect::<Map<_, _>>()
            .into(),
        _ => without_origin(value).into(),
    }
}

fn without_origin(url: &str) -> String {
    static OWN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"https?://(?:localhost|127\.0\.0\.1)(?::\d+)?(?:/v1(?=/)|(?=/console/))")
            .unwrap()
    });
    OWN.replace_all(url, "{{endpoint}}").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_server_itself_are_the_endpoint() {
        let state = r#"{"success":"http://localhost:1/v1/ok","token":false}"#;
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("state", state)
            .finish();
        assert_eq!(
            location(&format!("http://localhost:8080/v1/mock?{query}#")),
            json!({
                "url": "{{endpoint}}/mock",
                "query": { "state": { "success": "{{endpoint}}/ok", "token": false } },
            })
        );
        let other = json!({ "url": "http://localhost/ok", "fragment": "a" });
        assert_eq!(location("http://localhost/ok#a"), other);
    }

    #[test]
    fn a_cookie_is_its_name_value_and_attributes() {
        assert_eq!(
            cookie("a=b%3D; Path=/; Max-Age=1; HttpOnly"),
            json!({ "name": "a", "value": "b=", "attributes": { "path": "/", "httponly": true } })
        );
    }
}
