//! A stand-in for Appwrite that answers at once, or after a given time. The session's secret says whose
//! data it answers with. All answers are made when it starts.

use std::{collections::HashMap, io, net::SocketAddr, time::Duration};

use memchr::memmem;
use tokio::net::TcpListener;

use crate::{
    http::{Connection, Message},
    person::Person,
};

use crate::notes;

// The shapes are a real Appwrite's. Sessions are younger than the passwords that they begin with.
const ACCOUNT: &str = r#"{"$id":"{id}","$createdAt":"2026-11-28T08:00:00.000+00:00","$updatedAt":"2026-11-28T08:00:00.000+00:00","name":"{name}","registration":"2026-11-28T08:00:00.000+00:00","status":true,"labels":[],"passwordUpdate":"2026-11-28T08:00:00.000+00:00","email":"{email}","phone":"","emailVerification":true,"emailCanonical":"{email}","emailIsFree":false,"emailIsDisposable":false,"emailIsCorporate":false,"emailIsCanonical":true,"phoneVerification":false,"mfa":false,"prefs":{"theme":"dark"},"targets":[{"$id":"6929f3a4001f0a1b2c3d","$createdAt":"2026-11-28T08:00:00.000+00:00","$updatedAt":"2026-11-28T08:00:00.000+00:00","name":"","userId":"{id}","providerId":null,"providerType":"email","identifier":"{email}","expired":false}],"accessedAt":"2026-11-28T08:00:00.000+00:00","impersonator":false,"impersonatorUserId":null}"#;
const SESSION: &str = r#"{"$id":"6929f3a4002a1b2c3d4e","$createdAt":"2026-11-29T08:00:00.000+00:00","$updatedAt":"2026-11-29T08:00:00.000+00:00","userId":"{id}","expire":"2126-11-28T08:00:00.000+00:00","provider":"email","providerUid":"{email}","providerAccessToken":"","providerAccessTokenExpiry":"","providerRefreshToken":"","ip":"127.0.0.1","osCode":"","osName":"","osVersion":"","clientType":"","clientCode":"","clientName":"","clientVersion":"","clientEngine":"","clientEngineVersion":"","deviceName":"","deviceBrand":"","deviceModel":"","countryCode":"--","countryName":"Unknown","current":true,"factors":["password"],"secret":"{secret}","mfaUpdatedAt":""}"#;
const VERSION: &str = r#"{"version":"1.9.5"}"#;
const SIGNED_OUT: &str = r#"{"message":"User (role: guests) missing scopes ([\"account\"])","code":401,"type":"general_unauthorized_scope","version":"1.9.5"}"#;
const WRONG_PASSWORD: &str = r#"{"message":"Invalid credentials. Please check the email and password.","code":401,"type":"user_invalid_credentials","version":"1.9.5"}"#;
const BAD_NAME: &str = r#"{"message":"Invalid `name` param: Value must be a valid string and at least 1 chars and no longer than 128 chars","code":400,"type":"general_argument_invalid","version":"1.9.5"}"#;
const NOT_FOUND: &str = r#"{"message":"The requested route was not found.","code":404,"type":"general_route_not_found","version":"1.9.5"}"#;

/// All that it ever answers.
struct Answers {
    /// What it answers to whoever has a session, by its secret.
    of: HashMap<String, OwnAnswers>,
    /// To who signs in, by their number.
    sessions: Vec<Vec<u8>>,
    version: Vec<u8>,
    signed_out: Vec<u8>,
    wrong_password: Vec<u8>,
    bad_name: Vec<u8>,
    not_found: Vec<u8>,
}

struct OwnAnswers {
    /// Their name in JSON.
    name: String,
    account: Vec<u8>,
    // notes: begin
    notes: Vec<u8>,
    // notes: end
}

/// Answers on a free port, in the background. Returns its address.
pub async fn start(delay: Option<Duration>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    let answers: &'static Answers = Box::leak(Box::new(Answers::new()));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A connection that breaks is missed by whoever uses it.
            tokio::spawn(async move {
                let mut connection = Connection::new(stream)?;
                while let Some(request) = connection.receive().await? {
                    let answer = answers.to(&request);
                    if let Some(delay) = delay {
                        tokio::time::sleep(delay).await;
                    }
                    connection.send(answer).await?;
                }
                io::Result::Ok(())
            });
        }
    });
    Ok(addr)
}

impl Answers {
    fn new() -> Self {
        let of = Person::all().map(|person| (person.secret(), OwnAnswers::new(person)));
        let session = |person| answer("201 Created", &filled(SESSION, person));
        Self {
            of: of.collect(),
            sessions: Person::all().map(session).collect(),
            version: answer("200 OK", VERSION),
            signed_out: answer("401 Unauthorized", SIGNED_OUT),
            wrong_password: answer("401 Unauthorized", WRONG_PASSWORD),
            bad_name: answer("400 Bad Request", BAD_NAME),
            not_found: answer("404 Not Found", NOT_FOUND),
        }
    }

    /// The answer to a request.
    fn to(&self, request: &Message<'_>) -> &[u8] {
        let is = |line: &str| request.head.starts_with(line);
        let secret = request.headers("x-appwrite-session").next();
        let own = secret.and_then(|secret| self.of.get(secret));
        if is("POST /v1/account/sessions/email ") {
            let person = Person::signing_in(request.body);
            let session = person.and_then(|person| self.sessions.get(person.number()));
            return session.unwrap_or(&self.wrong_password);
        }
        if is("GET /v1/account ") {
            return own.map_or(&self.signed_out, |own| &own.account);
        }
        // Somebody keeps the name they have. Another one can only be another person's.
        if is("PATCH /v1/account/name ") {
            let is_own =
                |own: &OwnAnswers| memmem::find(request.body, own.name.as_bytes()).is_some();
            return match own {
                Some(own) if is_own(own) => &own.account,
                Some(_) => &self.bad_name,
                None => &self.signed_out,
            };
        }
        // notes: begin
        if is("GET /v1/tablesdb/app/tables/notes/rows?") {
            return own.map_or(&self.not_found, |own| &own.notes);
        }
        // notes: end
        if is("GET /v1/health/version ") {
            return &self.version;
        }
        &self.not_found
    }
}

impl OwnAnswers {
    fn new(person: Person) -> Self {
        Self {
            name: format!("\"{}\"", person.name()),
            account: answer("200 OK", &filled(ACCOUNT, person)),
            // notes: begin
            notes: answer("200 OK", &notes::rows(person)),
            // notes: end
        }
    }
}

/// JSON with somebody's data in it.
fn filled(json: &str, person: Person) -> String {
    json.replace("{id}", &person.id())
        .replace("{name}", &person.name())
        .replace("{email}", &person.email())
        .replace("{secret}", &person.secret())
}

fn answer(status: &str, body: &str) -> Vec<u8> {
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json; charset=utf-8\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    answer.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::named_in;

    /// The status of an answer, and whose data are in it.
    fn ask(answers: &Answers, line: &str, secret: &str, body: &str) -> (u16, Vec<Option<Person>>) {
        let head = format!("{line} HTTP/1.1\r\nX-Appwrite-Session: {secret}\r\n\r\n");
        let answer = answers.to(&Message {
            head: &head,
            body: body.as_bytes(),
        });
        let status = std::str::from_utf8(&answer[9..12]).unwrap();
        let mut named: Vec<_> = named_in(answer).collect();
        named.dedup();
        (status.parse().unwrap(), named)
    }

    #[test]
    fn the_session_says_whose_data_it_answers_with() {
        let answers = Answers::new();
        for person in [0, 17, 170, 499].map(Person::numbered) {
            let get = |line| ask(&answers, line, &person.secret(), "");
            assert_eq!(get("GET /v1/account"), (200, vec![Some(person)]));
            // notes: begin
            let rows = "GET /v1/tablesdb/app/tables/notes/rows?queries";
            assert_eq!(get(rows), (200, vec![Some(person)]));
            // notes: end
        }
        for secret in ["", "e30="] {
            assert_eq!(ask(&answers, "GET /v1/account", secret, ""), (401, vec![]));
        }
    }

    #[test]
    fn who_signs_in_gets_their_own_session() {
        let answers = Answers::new();
        let body = r#"{"email":"user-517@example.com","password":"x"}"#;
        let sign_in = "POST /v1/account/sessions/email";
        let person = Person::numbered(17);
        assert_eq!(ask(&answers, sign_in, "", body), (201, vec![Some(person)]));
        let session = String::from_utf8(answers.sessions[17].clone()).unwrap();
        assert!(session.contains(&person.secret()));
        assert_eq!(ask(&answers, sign_in, "", "{}"), (401, vec![]));
    }

    #[test]
    fn somebody_can_only_take_their_own_name() {
        let answers = Answers::new();
        let person = Person::numbered(1);
        let rename = |body: &str| ask(&answers, "PATCH /v1/account/name", &person.secret(), body);
        assert_eq!(
            rename(r#"{"name":"Ada person-1"}"#),
            (200, vec![Some(person)])
        );
        assert_eq!(rename(r#"{"name":"Ada person-17"}"#), (400, vec![]));
    }
}
