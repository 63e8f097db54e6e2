use rusqlite::Connection;

use crate::error::ApiError;

/// Puts back by an hour when people's accounts at providers were linked and last used, and when they got
/// their addresses and numbers.
pub fn an_hour_passes(connection: &Connection) -> Result<(), ApiError> {
    for table in ["identities", "targets"] {
        let put_back = format!(
            "UPDATE {table} SET
                created = strftime('%Y-%m-%dT%H:%M:%f+00:00', created, '-1 hour'),
                updated = strftime('%Y-%m-%dT%H:%M:%f+00:00', updated, '-1 hour')"
        );
        connection.execute(&put_back, [])?;
    }
    Ok(())
}
