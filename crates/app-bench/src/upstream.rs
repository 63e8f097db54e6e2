//! A stand-in for Appwrite that answers at once, or after a given time, and always the same: it knows
//! one person and one session.

use std::{io, net::SocketAddr, time::Duration};

use tokio::net::TcpListener;

use crate::http::{Connection, Message};

/// The name of the one person.
pub const NAME: &str = "Ada Lovelace";

/// What it answers: the beginning of a request's first line, the status, the body. The first that
/// fits counts. The shapes are a real Appwrite's.
const ANSWERS: &[(&str, &str, &str)] = &[
    (
        "GET /v1/account ",
        "200 OK",
        r#"{"$id":"6929f3a40012c4d5e6f7","$createdAt":"2026-11-28T08:00:00.000+00:00","$updatedAt":"2026-11-28T08:00:00.000+00:00","name":"Ada Lovelace","registration":"2026-11-28T08:00:00.000+00:00","status":true,"labels":[],"passwordUpdate":"2026-11-28T08:00:00.000+00:00","email":"ada@example.com","phone":"","emailVerification":true,"emailCanonical":"ada@example.com","emailIsFree":false,"emailIsDisposable":false,"emailIsCorporate":false,"emailIsCanonical":true,"phoneVerification":false,"mfa":false,"prefs":{"theme":"dark"},"targets":[{"$id":"6929f3a4001f0a1b2c3d","$createdAt":"2026-11-28T08:00:00.000+00:00","$updatedAt":"2026-11-28T08:00:00.000+00:00","name":"","userId":"6929f3a40012c4d5e6f7","providerId":null,"providerType":"email","identifier":"ada@example.com","expired":false}],"accessedAt":"2026-11-28T08:00:00.000+00:00","impersonator":false,"impersonatorUserId":null}"#,
    ),
    // The secret is base64 of `{"id":"6929f3a40012c4d5e6f7","secret":"0123…"}`.
    (
        "POST /v1/account/sessions/email ",
        "201 Created",
        r#"{"$id":"6929f3a4002a1b2c3d4e","$createdAt":"2026-11-28T08:00:00.000+00:00","$updatedAt":"2026-11-28T08:00:00.000+00:00","userId":"6929f3a40012c4d5e6f7","expire":"2126-11-28T08:00:00.000+00:00","provider":"email","providerUid":"ada@example.com","providerAccessToken":"","providerAccessTokenExpiry":"","providerRefreshToken":"","ip":"127.0.0.1","osCode":"","osName":"","osVersion":"","clientType":"","clientCode":"","clientName":"","clientVersion":"","clientEngine":"","clientEngineVersion":"","deviceName":"","deviceBrand":"","deviceModel":"","countryCode":"--","countryName":"Unknown","current":true,"factors":["password"],"secret":"eyJpZCI6IjY5MjlmM2E0MDAxMmM0ZDVlNmY3Iiwic2VjcmV0IjoiMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZiJ9","mfaUpdatedAt":""}"#,
    ),
    (
        "GET /v1/health/version ",
        "200 OK",
        r#"{"version":"1.9.5"}"#,
    ),
    (
        "",
        "404 Not Found",
        r#"{"message":"The requested route was not found.","code":404,"type":"general_route_not_found","version":"1.9.5"}"#,
    ),
];

/// Answers on a free port, in the background. Returns its address.
pub async fn start(delay: Option<Duration>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let addr = listener.local_addr()?;
    let answers: Vec<(&str, Vec<u8>)> = ANSWERS
        .iter()
        .map(|(request, status, body)| {
            let answer = format!(
                "HTTP/1.1 {status}\r\ncontent-type: application/json; charset=utf-8\r\n\
                 content-length: {}\r\n\r\n{body}",
                body.len()
            );
            (*request, answer.into_bytes())
        })
        .collect();
    let answers: &'static [_] = answers.leak();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A connection that breaks is missed by whoever uses it.
            tokio::spawn(async move {
                let mut connection = Connection::new(stream)?;
                while let Some(request) = connection.receive().await? {
                    let answer = answer(answers, &request);
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

fn answer<'a>(answers: &'a [(&str, Vec<u8>)], request: &Message<'_>) -> &'a [u8] {
    let mut answers = answers.iter();
    let found = answers.find(|(start, _)| request.head.starts_with(start));
    found.map_or(&[], |(_, answer)| answer)
}
