//! The database's tables, as the steps that lead to them.
//!
//! A database remembers how many steps it has taken, so data of an earlier version is carried on.

use rusqlite::Connection;

/// Never change a step that has been released: add one.
const STEPS: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS settings (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS users (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        created TEXT NOT NULL,
        updated TEXT NOT NULL,
        name TEXT NOT NULL,
        email TEXT UNIQUE,
        phone TEXT UNIQUE,
        password TEXT,
        hash TEXT NOT NULL,
        hash_options TEXT NOT NULL,
        password_update TEXT NOT NULL,
        registration TEXT NOT NULL,
        status INTEGER NOT NULL DEFAULT 1,
        labels TEXT NOT NULL DEFAULT '[]',
        email_verification INTEGER NOT NULL DEFAULT 0,
        phone_verification INTEGER NOT NULL DEFAULT 0,
        mfa INTEGER NOT NULL DEFAULT 0,
        prefs TEXT NOT NULL DEFAULT '{}',
        accessed TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE TABLE IF NOT EXISTS targets (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        created TEXT NOT NULL,
        updated TEXT NOT NULL,
        name TEXT NOT NULL DEFAULT '',
        provider_id TEXT,
        provider_type TEXT NOT NULL,
        identifier TEXT NOT NULL UNIQUE,
        expired INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX IF NOT EXISTS targets_of_user ON targets (user_id);
    CREATE TABLE IF NOT EXISTS sessions (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        created TEXT NOT NULL,
        updated TEXT NOT NULL,
        expire TEXT NOT NULL,
        secret TEXT NOT NULL,
        provider TEXT NOT NULL,
        provider_uid TEXT NOT NULL,
        ip TEXT NOT NULL,
        device TEXT NOT NULL,
        factors TEXT NOT NULL,
        mfa_updated TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX IF NOT EXISTS sessions_of_user ON sessions (user_id);",
    "ALTER TABLE users ADD COLUMN recovery_codes TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE users ADD COLUMN password_history TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE users ADD COLUMN impersonator INTEGER;
    ALTER TABLE users ADD COLUMN totp TEXT;
    ALTER TABLE users ADD COLUMN totp_verified INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sessions ADD COLUMN provider_access_token TEXT NOT NULL DEFAULT '';
    ALTER TABLE sessions ADD COLUMN provider_access_token_expiry TEXT NOT NULL DEFAULT '';
    ALTER TABLE sessions ADD COLUMN provider_refresh_token TEXT NOT NULL DEFAULT '';
    CREATE TABLE tokens (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        created TEXT NOT NULL,
        expire TEXT NOT NULL,
        kind TEXT NOT NULL,
        secret TEXT NOT NULL
    ) STRICT;
    CREATE INDEX tokens_of_user ON tokens (user_id);
    CREATE TABLE challenges (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        created TEXT NOT NULL,
        expire TEXT NOT NULL,
        factor TEXT NOT NULL,
        code TEXT NOT NULL
    ) STRICT;
    CREATE INDEX challenges_of_user ON challenges (user_id);
    CREATE TABLE identities (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        created TEXT NOT NULL,
        updated TEXT NOT NULL,
        provider TEXT NOT NULL,
        provider_uid TEXT NOT NULL,
        provider_email TEXT NOT NULL,
        provider_access_token TEXT NOT NULL,
        provider_access_token_expiry TEXT NOT NULL,
        provider_refresh_token TEXT NOT NULL,
        UNIQUE (provider, provider_uid)
    ) STRICT;
    CREATE INDEX identities_of_user ON identities (user_id);
    CREATE TABLE grants (
        code TEXT PRIMARY KEY,
        expire TEXT NOT NULL,
        provider TEXT NOT NULL,
        email TEXT NOT NULL,
        name TEXT NOT NULL,
        verified INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE messages (
        sequence INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        created TEXT NOT NULL,
        kind TEXT NOT NULL,
        recipient TEXT NOT NULL,
        subject TEXT NOT NULL,
        body TEXT NOT NULL,
        link TEXT,
        code TEXT
    ) STRICT;
    CREATE INDEX messages_to ON messages (recipient);",
    "CREATE TABLE logs (
        sequence INTEGER PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        time TEXT NOT NULL,
        event TEXT NOT NULL,
        user_email TEXT NOT NULL,
        user_name TEXT NOT NULL,
        ip TEXT NOT NULL,
        device TEXT NOT NULL
    ) STRICT;
    CREATE INDEX logs_of_user ON logs (user_id);
    CREATE INDEX logs_by_time ON logs (time);",
];

/// Brings a database to the newest step.
pub fn prepare(connection: &mut Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let taken: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (index, step) in STEPS.iter().enumerate().skip(taken) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", index + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Whether a database has taken every step.
pub fn is_current(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let taken: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(taken == STEPS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_of_the_first_version_is_carried_on() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(STEPS[0]).unwrap();
        connection
            .execute(
                "INSERT INTO users (id, created, updated, name, hash, hash_options,
                    password_update, registration)
                 VALUES ('ada', '', '', 'Ada', 'argon2', '{}', '', '')",
                [],
            )
            .unwrap();
        prepare(&mut connection).unwrap();
        prepare(&mut connection).unwrap();
        let codes: String = connection
            .query_row(
                "SELECT recovery_codes FROM users WHERE id = 'ada'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(codes, "[]");
    }
}
