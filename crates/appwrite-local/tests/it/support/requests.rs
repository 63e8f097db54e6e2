//! Requests with odd callers, headers, parameters and bodies, made from arbitrary bytes, and the checks
//! that every answer must pass.

use std::{
    fmt::Write as _,
    io::{Read, Write as _},
    net::{SocketAddr, TcpStream},
    sync::LazyLock,
    time::Duration,
};

use appwrite_local::{Config, Key, PasswordCost, ProjectFile, Server};
use arbitrary::Arbitrary;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

/// A sensible request with some odd parts. Most fields are indices into the lists below.
#[derive(Debug, Arbitrary)]
pub struct Request {
    route: u16,
    method: u8,
    path: [Option<Text>; 2],
    /// `None` is user who may call the route.
    who: Option<Who>,
    query: Vec<(u8, Text)>,
    headers: Vec<(u8, Text)>,
    body: Body,
}

#[derive(Debug, Arbitrary)]
enum Who {
    Guest,
    Key,
    Session,
    Token,
    Cookie,
    Wrong(u8, Text),
}

#[derive(Debug, Arbitrary)]
enum Body {
    Fields(Vec<(u8, Json)>),
    Cut(Vec<(u8, Json)>, u16),
    Form(Vec<(u8, Text)>),
    Bytes(Vec<u8>),
}

#[derive(Debug, Arbitrary)]
enum Json {
    Null,
    Boolean(bool),
    Whole(i64),
    Real(f64),
    Text(Text),
    List(Vec<Text>),
    Object(Vec<(Text, Text)>),
    Deep(u16),
}

#[derive(Debug, Arbitrary)]
enum Text {
    Sensible(u8),
    Odd(u8),
    Any(String),
}

const KEY: &str = "test-key";

const FIELDS: &[&str] = &[
    "userId",
    "email",
    "password",
    "name",
    "url",
    "secret",
    "phrase",
    "phone",
    "prefs",
    "queries",
    "queries[]",
    "search",
    "total",
    "otp",
    "factor",
    "mfa",
    "success",
    "failure",
    "scopes[]",
    "state",
    "code",
    "error",
    "token",
    "duration",
    "labels",
    "status",
    "length",
    "expire",
    "number",
    "oldPassword",
    "challengeId",
    "sessionId",
    "targetId",
    "identifier",
    "providerId",
    "providerType",
    "emailVerification",
    "phoneVerification",
    "passwordSalt",
    "passwordCpu",
    "passwordMemory",
    "passwordParallel",
    "passwordLength",
    "passwordSaltSeparator",
    "passwordSignerKey",
    "passwordVersion",
    "impersonator",
    "redirect_uri",
    "client_id",
    "databaseId",
    "tableId",
    "rowId",
    "data",
    "rows",
    "permissions",
    "rowSecurity",
    "enabled",
    "columns",
    "attributes",
    "indexes",
    "key",
    "newKey",
    "type",
    "size",
    "required",
    "default",
    "array",
    "elements",
    "min",
    "max",
    "orders",
    "lengths",
    "relatedTableId",
    "onDelete",
    "value",
    "ttl",
    "transactionId",
    "operations",
    "commit",
];

/// A body with something for every route.
fn sensible() -> Value {
    let mut body = json!({
        "userId": "unique()", "email": "{email}", "password": "password-1", "name": "Ada",
        "url": "http://localhost/", "secret": "secret", "phone": "+15005550007",
        "number": "+15005550007", "prefs": { "a": 1 }, "otp": "123456", "factor": "totp",
        "mfa": true, "labels": ["a"], "status": true, "challengeId": "{user}", "targetId": "unique()",
        "identifier": "identifier", "providerType": "email", "emailVerification": true,
        "phoneVerification": true, "passwordSalt": "salt", "passwordCpu": 8, "passwordMemory": 8,
        "passwordParallel": 1, "passwordLength": 64, "passwordSaltSeparator": "Bw==",
        "passwordSignerKey": "AAAA", "impersonator": false,
    });
    let of_rows = json!({
        "databaseId": "unique()",
        "tableId": "unique()", "collectionId": "unique()", "rowId": "unique()",
        "documentId": "unique()", "data": { "name": "a", "count": 1, "tags": ["a"] },
        "permissions": ["read(\"any\")"], "required": false, "default": null, "size": 10,
        "elements": ["a"], "columns": ["name"], "attributes": ["name"], "type": "key",
        "relatedTableId": "local", "relatedCollectionId": "local", "commit": true,
    });
    if let (Value::Object(body), Value::Object(of_rows)) = (&mut body, of_rows) {
        body.extend(of_rows);
    }
    body
}

/// Values that get a request past the first checks. `{user}` is an existing user.
const SENSIBLE: &[&str] = &[
    "{user}",
    "{email}",
    "unique()",
    "current",
    "totp",
    "email",
    "sms",
    "recoverycode",
    "mock",
    "github",
    "local",
    "password-1",
    "+15005550007",
    "http://localhost/back",
    "true",
    "1",
    "8",
    "{\"success\":\"http://localhost/\",\"failure\":\"http://localhost/\",\"token\":true}",
    "{\"method\":\"limit\",\"values\":[1]}",
    "{\"method\":\"equal\",\"attribute\":\"name\",\"values\":[\"a\"]}",
    "{\"method\":\"cursorAfter\",\"values\":[\"{user}\"]}",
    "$argon2id$v=19$m=8,t=1,p=1$YXBwd3JpdGU$A/54i238ed09ZR4NwlACU5XnkjNBZU9QeOEuhjLiexI",
    "$2a$04$xX/myGbFU.ZSKHSi6EHdBOySTdYm8QxBLXmOPHrYMwV0mHRBBSBOq",
    "sha3-512",
    "local",
    "name",
    "tags",
    "oneToMany",
    "fulltext",
    "read(\"user:{user}\")",
    "{\"name\":\"b\",\"count\":2}",
    "{\"method\":\"increment\",\"values\":[1]}",
    "{\"method\":\"search\",\"attribute\":\"name\",\"values\":[\"a b\"]}",
    "{\"method\":\"contains\",\"attribute\":\"tags\",\"values\":[\"a\",\"%\"]}",
    "{\"method\":\"orderDesc\",\"attribute\":\"count\"}",
    "{\"method\":\"select\",\"values\":[\"name\",\"*\"]}",
    "{\"method\":\"cursorBefore\",\"values\":[\"local\"]}",
];

const ODD: &[&str] = &[
    "",
    " ",
    "\0",
    "\r\nx-injected: 1",
    "http://localhost/\r\nx-injected: 1",
    "http://localhost/%0d%0ax-injected:%201",
    "a@example.com\r\nBcc: b@example.com",
    "\u{202e}abc",
    "😀😀😀😀😀😀😀😀",
    "e\u{301}\u{301}\u{301}",
    "\u{feff}\u{fffe}",
    "' OR 1=1 --",
    "../../etc/passwd",
    "javascript:alert(1)",
    "//evil.example",
    "http://[::1",
    "-1",
    "9223372036854775808",
    "NaN",
    "1e999",
    "{",
    "[]",
    "null",
    "a=b; c=d\\",
    "{\"method\":\"or\",\"values\":[[[[]]]]}",
    "{\"method\":\"limit\",\"values\":[1e99]}",
    "Mozilla/5.0 (((((((",
    "eyJhbGciOiJub25lIn0.e30.",
    "$2a$99$",
    "$argon2id$v=19$m=4294967295,t=1,p=1$YXBwd3JpdGU$AAAA",
    "$P$Z",
    "%ff%fe",
    "\u{7f}",
];

const HEADERS: &[&str] = &[
    "origin",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-user-agent",
    "x-appwrite-locale",
    "x-appwrite-mode",
    "x-appwrite-response-format",
    "x-fallback-cookies",
    "cookie",
    "content-type",
    "accept",
    "x-appwrite-impersonate-user-id",
    "referer",
];

const CREDENTIALS: &[&str] = &[
    "x-appwrite-key",
    "x-appwrite-session",
    "x-appwrite-jwt",
    "cookie",
    "x-fallback-cookies",
    "authorization",
];

/// Every route in the README: method, path and scope.
static ROUTES: LazyLock<Vec<(&str, &str, &str)>> = LazyLock::new(|| {
    let readme = include_str!("../../../README.md");
    readme
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .filter_map(|(route, rest)| {
            let (method, path) = route.split_once(" /")?;
            let capital = |byte: u8| byte.is_ascii_uppercase();
            let is_method = method.bytes().all(capital);
            is_method.then(|| {
                (
                    method,
                    path,
                    rest.split('`').rev().nth(1).unwrap_or_default(),
                )
            })
        })
        .collect()
});

/// A database and a table that are there for all requests.
const SCHEMA: &str = r#"{
    "tablesDB": [{ "$id": "local", "name": "Local" }],
    "tables": [{
        "$id": "local", "databaseId": "local", "name": "Local", "rowSecurity": true,
        "$permissions": ["create(\"any\")", "read(\"any\")", "update(\"users\")"],
        "columns": [
            { "key": "name", "type": "string", "size": 20 },
            { "key": "count", "type": "integer" },
            { "key": "tags", "type": "string", "size": 20, "array": true }
        ],
        "indexes": [
            { "key": "local", "type": "fulltext", "columns": ["name"] },
            { "key": "counts", "type": "key", "columns": ["count"] }
        ]
    }]
}"#;

/// The server, which all requests share.
static SERVER: LazyLock<(tokio::runtime::Runtime, Server)> = LazyLock::new(|| {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        keys: vec![Key {
            name: "all".to_owned(),
            secret: KEY.to_owned(),
            scopes: Vec::new(),
        }],
        password_cost: PasswordCost::Least,
        schema: Some(ProjectFile::parse(SCHEMA).unwrap()),
        ..Config::default()
    };
    let server = runtime.block_on(Server::start(config));
    (runtime, server.unwrap())
});

fn pick<'a>(list: &[&'a str], index: u8) -> &'a str {
    list[usize::from(index) % list.len()]
}

/// An existing user with a session.
struct User {
    id: String,
    session: String,
    jwt: String,
}

impl User {
    fn new(addr: SocketAddr) -> Self {
        let made = |path: &str, body: Value| -> Value {
            let body = body.to_string();
            let head = format!(
                "POST /v1{path} HTTP/1.1\r\nhost: localhost\r\nx-appwrite-project: local\r\n\
                 x-appwrite-key: {KEY}\r\ncontent-type: application/json\r\n"
            );
            let answer = Answer::to(addr, &head, body.as_bytes());
            assert_eq!(answer.status, 201, "{answer:?}");
            serde_json::from_slice(&answer.body).unwrap()
        };
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let user = made("/users", json!({ "userId": "unique()" }));
        let id = text(&user["$id"]);
        let session = made(&format!("/users/{id}/sessions"), json!({}));
        let jwt = made(&format!("/users/{id}/jwts"), json!({}));
        Self {
            session: text(&session["secret"]),
            jwt: text(&jwt["jwt"]),
            id,
        }
    }

    fn text(&self, text: &Text) -> String {
        match text {
            Text::Sensible(index) => self.filled(pick(SENSIBLE, *index)),
            Text::Odd(index) => pick(ODD, *index).to_owned(),
            Text::Any(any) => any.clone(),
        }
    }

    fn json(&self, json: &Json) -> String {
        match json {
            Json::Null => "null".to_owned(),
            Json::Boolean(value) => value.to_string(),
            Json::Whole(value) => value.to_string(),
            Json::Real(value) => json!(value).to_string(),
            Json::Text(text) => json!(self.text(text)).to_string(),
            Json::List(list) => {
                let list: Vec<String> = list.iter().map(|text| self.text(text)).collect();
                json!(list).to_string()
            }
            Json::Object(pairs) => {
                let pairs = pairs
                    .iter()
                    .map(|(name, value)| (self.text(name), json!(self.text(value))));
                Value::Object(pairs.collect()).to_string()
            }
            Json::Deep(levels) => {
                let levels = usize::from(*levels);
                format!("{}{}", "[".repeat(levels), "]".repeat(levels))
            }
        }
    }

    /// Sensible fields, except for these. Of two with the same name, JSON takes the later one.
    fn fields(&self, fields: &[(u8, Json)]) -> String {
        let mut body = self.filled(&sensible().to_string());
        body.truncate(body.len() - 1);
        for (name, value) in fields {
            let name = pick(FIELDS, *name);
            write!(body, ",\"{name}\":{}", self.json(value)).unwrap();
        }
        body + "}"
    }

    fn filled(&self, text: &str) -> String {
        text.replace("{user}", &self.id)
            .replace("{email}", &format!("{}@example.com", self.id))
    }

    fn pairs(&self, pairs: &[(u8, Text)]) -> String {
        let mut encoded = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in pairs {
            encoded.append_pair(pick(FIELDS, *name), &self.text(value));
        }
        encoded.finish()
    }
}

/// Adds a header. Control characters are dropped, since they couldn't be sent.
fn header(head: &mut String, name: &str, value: &str) {
    let value = value.replace(|letter: char| letter.is_control(), "");
    write!(head, "{name}: {value}\r\n").unwrap();
}

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn to(addr: SocketAddr, head: &str, body: &[u8]) -> Self {
        let mut stream = TcpStream::connect(addr).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        let length = body.len();
        let head = format!("{head}content-length: {length}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut all = Vec::new();
        stream.read_to_end(&mut all).unwrap();
        let end = all.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no answer to {head}"));
        let answered = String::from_utf8_lossy(&all[..end]).into_owned();
        Self {
            status: answered[9..12].parse().unwrap(),
            body: all[end + 4..].to_vec(),
            head: answered,
        }
    }

    fn is(&self, kind: &str) -> bool {
        self.head
            .to_lowercase()
            .contains(&format!("\r\ncontent-type: {kind}"))
    }
}

/// Sends a request to the shared server and checks the answer.
pub fn send_and_check(request: &Request) {
    let answer = send(addr(), request);
    let head_only = request.method >= 224 && request.method % 8 == 1;
    check(&answer, head_only);
}

/// The server's address.
pub fn addr() -> SocketAddr {
    SERVER.1.addr()
}

/// How many routes there are.
pub fn route_count() -> usize {
    ROUTES.len()
}

/// Whether the server still answers.
pub fn is_alive() -> bool {
    let head = "GET /v1/ping HTTP/1.1\r\nhost: localhost\r\nx-appwrite-project: local\r\n";
    Answer::to(addr(), head, b"").status == 200
}

fn send(addr: SocketAddr, request: &Request) -> Answer {
    let user = User::new(addr);
    let (method, path, scope) = ROUTES[usize::from(request.route) % ROUTES.len()];
    let mut target = "/v1".to_owned();
    let mut names = request.path.iter();
    for part in path.split('/') {
        let name = part.strip_prefix(':');
        let part = match (name, name.and_then(|_| names.next())) {
            (None, _) => part.to_owned(),
            (Some(_), Some(Some(text))) => {
                utf8_percent_encode(&user.text(text), NON_ALPHANUMERIC).to_string()
            }
            (Some("userId"), _) => user.id.clone(),
            (Some("sessionId"), _) => "current".to_owned(),
            (Some("type"), _) => "totp".to_owned(),
            (Some("provider"), _) => "github".to_owned(),
            // The shared table stays.
            (Some(name), _)
                if method == "DELETE" && !path.contains("rows") && path.ends_with(name) =>
            {
                "other".to_owned()
            }
            (Some(_), _) => "local".to_owned(),
        };
        write!(target, "/{part}").unwrap();
    }
    const METHODS: &[&str] = &[
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE",
    ];
    let method = match request.method {
        odd @ 224.. => pick(METHODS, odd),
        _ => method,
    };
    let query = user.pairs(&request.query);
    let mut head = format!("{method} {target}?{query} HTTP/1.1\r\nhost: localhost\r\n");
    header(&mut head, "x-appwrite-project", "local");
    let proper = match path.split('/').next() {
        Some("users" | "health" | "tablesdb" | "databases") => Who::Key,
        _ if matches!(scope, "account" | "targets.write") => Who::Session,
        _ => Who::Guest,
    };
    match request.who.as_ref().unwrap_or(&proper) {
        Who::Guest => {}
        Who::Key => header(&mut head, "x-appwrite-key", KEY),
        Who::Session => header(&mut head, "x-appwrite-session", &user.session),
        Who::Token => header(&mut head, "x-appwrite-jwt", &user.jwt),
        Who::Cookie => {
            let cookie = format!("a_session_local={}", user.session);
            header(&mut head, "cookie", &cookie);
        }
        Who::Wrong(name, text) => {
            header(&mut head, pick(CREDENTIALS, *name), &user.text(text));
        }
    }
    for (name, value) in &request.headers {
        header(&mut head, pick(HEADERS, *name), &user.text(value));
    }
    let (kind, body) = match &request.body {
        Body::Fields(fields) => ("application/json", user.fields(fields).into_bytes()),
        Body::Cut(fields, at) => {
            let mut body = user.fields(fields).into_bytes();
            body.truncate(usize::from(*at));
            ("application/json", body)
        }
        Body::Form(pairs) => {
            let body = user.pairs(pairs).into_bytes();
            ("application/x-www-form-urlencoded", body)
        }
        Body::Bytes(bytes) => ("application/json", bytes.clone()),
    };
    header(&mut head, "content-type", kind);
    Answer::to(addr, &head, &body)
}

/// Checks what must be true of every answer.
fn check(answer: &Answer, head_only: bool) {
    assert!(
        !answer.head.to_lowercase().contains("\r\nx-injected"),
        "{answer:?}"
    );
    if answer.status < 400 || head_only {
        return;
    }
    if answer.is("text/html") {
        let page = String::from_utf8_lossy(&answer.body);
        assert!(page.starts_with("<!DOCTYPE html>"), "{answer:?}");
        assert!(!page.contains("general_server_error"), "{answer:?}");
        return;
    }
    // The mock provider's way to say no.
    if answer.body == br#"{"result":"failure"}"# {
        return;
    }
    let error: Value =
        serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"));
    assert_eq!(error["code"], answer.status, "{error}");
    assert!(
        error["message"].is_string() && error["type"].is_string(),
        "{error}"
    );
    assert_eq!(error["version"], appwrite_local::APPWRITE_VERSION);
    // The server itself failed. When a provider fails, Appwrite answers 500, too.
    let ours = answer.status == 500 && error["type"] != "user_oauth2_provider_error";
    assert!(!ours, "{error}");
}
