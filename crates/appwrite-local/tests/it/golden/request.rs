//! A step's request, as it's sent.

use reqwest::{
    Client, Method, RequestBuilder, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
};
use serde_json::Value;

use super::{
    scenario::Request,
    variables::{Missing, Variables},
};

/// A step's request, with its templates filled in.
pub fn build(
    client: &Client,
    request: &Request,
    variables: &Variables,
) -> Result<RequestBuilder, Missing> {
    let endpoint = variables.text("endpoint")?;
    let path = variables.render_text(&request.path)?;
    let mut url = Url::parse(&format!("{endpoint}{path}")).unwrap();
    for (name, value) in &request.query {
        let value = match variables.render(value)? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        url.query_pairs_mut().append_pair(name, &value);
    }
    let mut headers = sdk_headers(request.sdk.as_deref());
    let mut set = |name: &str, value: &str| {
        let name: HeaderName = name.parse().unwrap();
        headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    };
    if request.caller != "none" {
        set("x-appwrite-project", &variables.text("project")?);
    }
    if let Some((name, value)) = credential(&request.caller, variables)? {
        set(name, &value);
    }
    let body = body(request, variables)?;
    if let Some((Some(kind), _)) = &body {
        set(CONTENT_TYPE.as_str(), kind);
    }
    for (name, value) in &request.headers {
        set(name, &variables.render_text(value)?);
    }
    let method: Method = request.method.parse().unwrap();
    let builder = client.request(method, url).headers(headers);
    Ok(match body {
        Some((_, body)) => builder.body(body),
        None => builder,
    })
}

/// The header that shows who sends a request.
fn credential(
    caller: &str,
    variables: &Variables,
) -> Result<Option<(&'static str, String)>, Missing> {
    let (kind, name) = caller.split_once(':').unwrap_or((caller, ""));
    Ok(Some(match kind {
        "none" | "guest" => return Ok(None),
        "key" => {
            let name = if name.is_empty() { "key" } else { name };
            ("x-appwrite-key", variables.text(name)?)
        }
        "user" => (
            "x-appwrite-session",
            variables.text(&format!("{name}.session"))?,
        ),
        "session" => ("x-appwrite-session", variables.text(name)?),
        "jwt" => ("x-appwrite-jwt", variables.text(name)?),
        _ => panic!("nobody is \"{caller}\""),
    }))
}

/// The body, and its type unless a header of the step's own says it.
fn body(
    request: &Request,
    variables: &Variables,
) -> Result<Option<(Option<&'static str>, String)>, Missing> {
    Ok(if let Some(json) = &request.body {
        let json = variables.render(json)?.to_string();
        Some((Some("application/json"), json))
    } else if let Some(raw) = &request.raw {
        Some((None, variables.render_text(raw)?))
    } else if let Some(form) = &request.form {
        let mut encoded = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in form {
            encoded.append_pair(name, &variables.render_text(value)?);
        }
        Some((Some("application/x-www-form-urlencoded"), encoded.finish()))
    } else {
        None
    })
}

/// What the official SDKs send with every request, in the versions that were recorded.
fn sdk_headers(sdk: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Some(sdk) = sdk else {
        return headers;
    };
    let (name, platform, language, version, format) = match sdk {
        "node" => ("Node.js", "server", "nodejs", "27.1.0", "1.9.5"),
        "web" => ("Web", "client", "web", "28.0.0", "2.3.0"),
        "rust" => ("Rust", "server", "rust", "0.22.0", "2.6.2"),
        _ => panic!("there is no SDK \"{sdk}\""),
    };
    let own = match sdk {
        "node" => ("user-agent", "AppwriteNodeJSSDK/27.1.0 (Linux; x64)"),
        "rust" => ("user-agent", "AppwriteRustSDK/0.22.0"),
        _ => ("origin", "http://localhost:3000"),
    };
    for (name, value) in [
        ("x-sdk-name", name),
        ("x-sdk-platform", platform),
        ("x-sdk-language", language),
        ("x-sdk-version", version),
        ("x-appwrite-response-format", format),
        own,
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    headers
}
