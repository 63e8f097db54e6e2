use rusqlite::Connection;

use crate::error::ApiError;

/// Puts back by an hour when people signed up and set their passwords, when their accounts at providers were
/// linked and last used, and when they got their addresses and numbers.
pub fn an_hour_passes(connection: &Connection) -> Result<(), ApiError> {
    for (table, dates) in [
        ("identities", ["created", "updated"]),
        ("targets", ["created", "updated"]),
        ("users", ["registration", "password_update"]),
    ] {
        let put_back = dates.map(|date| {
            format!("{date} = ifnull(strftime('%Y-%m-%dT%H:%M:%f+00:00', {date}, '-1 hour'), '')")
        });
        let put_back = format!("UPDATE {table} SET {}", put_back.join(", "));
        connection.execute(&put_back, [])?;
    }
    Ok(())
}
