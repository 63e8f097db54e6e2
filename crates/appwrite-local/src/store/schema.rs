//! The database's tables, as a list of migrations.
//!
//! A database remembers how many it has been through, so data from an earlier version keeps
//! working.

use rusqlite::Connection;

/// Never change a migration that has been released. Add one instead.
const MIGRATIONS: &[&str] = &[
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
    "CREATE INDEX users_by_id ON users (id COLLATE NOCASE);
    CREATE INDEX users_by_email ON users (email COLLATE NOCASE);
    CREATE INDEX targets_by_identifier ON targets (identifier COLLATE NOCASE);",
    "CREATE TABLE data_databases (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE COLLATE NOCASE,
        created TEXT NOT NULL,
        updated TEXT NOT NULL,
        name TEXT NOT NULL,
        enabled INTEGER NOT NULL,
        kind TEXT NOT NULL
    ) STRICT;
    CREATE TABLE data_tables (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        database INTEGER NOT NULL REFERENCES data_databases (sequence) ON DELETE CASCADE,
        database_id TEXT NOT NULL,
        id TEXT NOT NULL COLLATE NOCASE,
        created TEXT NOT NULL,
        updated TEXT NOT NULL,
        name TEXT NOT NULL,
        enabled INTEGER NOT NULL,
        row_security INTEGER NOT NULL,
        permissions TEXT NOT NULL,
        UNIQUE (database, id)
    ) STRICT;
    CREATE TABLE data_columns (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        table_ INTEGER NOT NULL REFERENCES data_tables (sequence) ON DELETE CASCADE,
        created TEXT NOT NULL,
        updated TEXT NOT NULL,
        key TEXT NOT NULL COLLATE NOCASE,
        type TEXT NOT NULL,
        size INTEGER NOT NULL,
        required INTEGER NOT NULL,
        array INTEGER NOT NULL,
        default_value TEXT NOT NULL,
        options TEXT NOT NULL,
        hidden INTEGER NOT NULL,
        UNIQUE (table_, key)
    ) STRICT;
    CREATE TABLE data_indexes (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        table_ INTEGER NOT NULL REFERENCES data_tables (sequence) ON DELETE CASCADE,
        id TEXT NOT NULL,
        created TEXT NOT NULL,
        updated TEXT NOT NULL,
        key TEXT NOT NULL COLLATE NOCASE,
        type TEXT NOT NULL,
        columns TEXT NOT NULL,
        orders TEXT NOT NULL,
        lengths TEXT NOT NULL,
        UNIQUE (table_, key)
    ) STRICT;
    CREATE TABLE data_transactions (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        created TEXT NOT NULL,
        updated TEXT NOT NULL,
        status TEXT NOT NULL,
        operations INTEGER NOT NULL,
        expires TEXT NOT NULL,
        owner TEXT
    ) STRICT;
    CREATE TABLE data_operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        transaction_ INTEGER NOT NULL REFERENCES data_transactions (sequence) ON DELETE CASCADE,
        table_ INTEGER NOT NULL,
        operation TEXT NOT NULL,
        base TEXT
    ) STRICT;
    CREATE INDEX data_operations_of ON data_operations (transaction_);",
];

/// Brings a database up to date.
pub fn migrate(connection: &mut Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let done: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (index, migration) in MIGRATIONS.iter().enumerate().skip(done) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "user_version", index + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Whether a database is up to date.
pub fn is_current(connection: &Connection) -> Result<bool, rusqlite::Error> {
    let done: usize = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(done == MIGRATIONS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_from_the_first_version_keeps_working() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(MIGRATIONS[0]).unwrap();
        connection
            .execute(
                "INSERT INTO users (id, created, updated, name, hash, hash_options,
                    password_update, registration)
                 VALUES ('ada', '', '', 'Ada', 'argon2', '{}', '', '')",
                [],
            )
            .unwrap();
        migrate(&mut connection).unwrap();
        migrate(&mut connection).unwrap();
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
