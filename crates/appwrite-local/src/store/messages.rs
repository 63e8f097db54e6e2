//! The emails and text messages that would have been sent.

use rusqlite::{Connection, OptionalExtension, Row, params};
use strum::{EnumString, IntoStaticStr};

use super::columns;
use crate::{error::ApiError, secret, timestamp};

/// How many messages are kept. Older ones are deleted.
const KEPT: u32 = 1000;

/// A message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its ID.
    pub id: String,
    /// When it was sent: `2026-08-21T12:00:00.000+00:00`.
    pub created: String,
    /// Whether it's an email or a text message.
    pub kind: MessageKind,
    /// An email address or a phone number.
    pub to: String,
    /// Empty for a text message.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The link to open, if it has one.
    pub link: Option<String>,
    /// The code to type, if it has one.
    pub code: Option<String>,
}

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum MessageKind {
    /// An email.
    Email,
    /// A text message.
    Sms,
}

impl MessageKind {
    /// What the inbox calls it: `email` or `sms`.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A message to save.
pub struct NewMessage {
    pub kind: MessageKind,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub link: Option<String>,
    pub code: Option<String>,
}

fn message(row: &Row<'_>) -> Result<Message, rusqlite::Error> {
    Ok(Message {
        id: row.get("id")?,
        created: row.get("created")?,
        kind: columns::named(row, "kind")?,
        to: row.get("recipient")?,
        subject: row.get("subject")?,
        text: row.get("body")?,
        link: row.get("link")?,
        code: row.get("code")?,
    })
}

impl NewMessage {
    /// Saves it.
    pub fn save(self, connection: &Connection) -> Result<(), ApiError> {
        connection.execute(
            "INSERT INTO messages (id, created, kind, recipient, subject, body, link, code)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![
                secret::id(),
                timestamp::now(),
                self.kind.name(),
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

impl Message {
    /// Messages, newest first. If given, only those to this address, and only those with this text.
    pub fn list(
        connection: &Connection,
        to: Option<&str>,
        contains: Option<&str>,
    ) -> Result<Vec<Self>, ApiError> {
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
    pub fn find(connection: &Connection, id: &str) -> Result<Option<Self>, ApiError> {
        Ok(connection
            .query_row("SELECT * FROM messages WHERE id = ?1", [id], message)
            .optional()?)
    }

    /// How many are kept.
    pub fn count(connection: &Connection) -> Result<u64, ApiError> {
        Ok(connection.query_row("SELECT count(*) FROM messages", [], |row| row.get(0))?)
    }
}
