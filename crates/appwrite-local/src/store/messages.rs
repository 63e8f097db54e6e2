//! The mails and text messages that would have been sent.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{error::ApiError, model, pages::inbox::Kind, secret};

/// How many are kept; older ones go.
const KEPT: u32 = 1000;

pub use crate::pages::inbox::Message;

/// A message to be kept.
pub struct NewMessage {
    pub kind: Kind,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub link: Option<String>,
    pub code: Option<String>,
}

fn message(row: &Row<'_>) -> Result<Message, rusqlite::Error> {
    let kind: String = row.get("kind")?;
    Ok(Message {
        id: row.get("id")?,
        created: row.get("created")?,
        kind: if kind == "sms" {
            Kind::Sms
        } else {
            Kind::Email
        },
        to: row.get("recipient")?,
        subject: row.get("subject")?,
        text: row.get("body")?,
        link: row.get("link")?,
        code: row.get("code")?,
    })
}

impl NewMessage {
    /// Keeps it.
    pub fn save(self, connection: &Connection) -> Result<(), ApiError> {
        let kind = match self.kind {
            Kind::Email => "email",
            Kind::Sms => "sms",
        };
        connection.execute(
            "INSERT INTO messages (id, created, kind, recipient, subject, body, link, code)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                secret::id(),
                model::now(),
                kind,
                self.to,
                self.subject,
                self.text,
                self.link,
                self.code
            ],
        )?;
        connection.execute(
            "DELETE FROM messages WHERE sequence <= (SELECT max(sequence) FROM messages) - ?1",
            [KEPT],
        )?;
        Ok(())
    }
}

/// Messages, newest first: to this address, containing this text, if either is given.
pub fn list(
    connection: &Connection,
    to: Option<&str>,
    contains: Option<&str>,
) -> Result<Vec<Message>, ApiError> {
    let mut statement = connection.prepare(
        "SELECT * FROM messages
         WHERE (?1 IS NULL OR recipient = ?1 COLLATE NOCASE)
            AND (?2 IS NULL OR instr(subject || char(10) || body, ?2) > 0)
         ORDER BY sequence DESC",
    )?;
    let rows = statement.query_map(params![to, contains], message)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The message with this ID.
pub fn find(connection: &Connection, id: &str) -> Result<Option<Message>, ApiError> {
    Ok(connection
        .query_row("SELECT * FROM messages WHERE id = ?1", [id], message)
        .optional()?)
}

/// How many are kept.
pub fn count(connection: &Connection) -> Result<u64, ApiError> {
    Ok(connection.query_row("SELECT count(*) FROM messages", [], |row| row.get(0))?)
}
