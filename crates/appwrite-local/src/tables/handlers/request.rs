//! What the handlers read from a call.

use rusqlite::Connection;
use serde_json::{Map, Value};

use crate::{
    call::Call,
    error::ApiError,
    permissions::{self, ROW_ACTIONS},
    php,
    tables::{
        access::Access,
        api::Api,
        reading,
        schema::{Database, Table},
        structure::Data,
    },
};

/// The database that a call is about.
pub struct DatabaseRef {
    pub access: Access,
    pub id: String,
}

impl DatabaseRef {
    pub fn read(call: &Call) -> Result<Self, ApiError> {
        Ok(Self {
            access: Access::of(&call.caller),
            id: call.id("databaseId")?,
        })
    }

    pub fn find(&self, connection: &Connection) -> Result<Database, ApiError> {
        reading::database(connection, &self.access, &self.id)
    }
}

/// The table that a call is about.
pub struct TableRef {
    pub api: Api,
    pub access: Access,
    pub database_id: String,
    pub id: String,
}

impl TableRef {
    pub fn read(call: &Call, api: Api) -> Result<Self, ApiError> {
        Ok(Self {
            api,
            access: Access::of(&call.caller),
            database_id: call.id("databaseId")?,
            id: call.id(api.table_id())?,
        })
    }

    pub fn find(&self, connection: &Connection) -> Result<Table, ApiError> {
        reading::table(
            connection,
            self.api,
            &self.access,
            &self.database_id,
            &self.id,
        )
    }

    /// The table, even if it or its database is switched off.
    pub fn find_switched_off(&self, connection: &Connection) -> Result<Table, ApiError> {
        let all = Access::unlimited();
        reading::table(connection, self.api, &all, &self.database_id, &self.id)
    }

    /// The table, for routes that only keys have any use of. Others are told that there's no such
    /// database, as Appwrite tells them.
    pub fn find_for_key(&self, connection: &Connection) -> Result<Table, ApiError> {
        if !self.access.privileged {
            return Err(Api::database_not_found(&self.database_id));
        }
        self.find(connection)
    }
}

/// How deeply a row may be nested. What is staged is stored as JSON, which must be readable again.
const MAX_NESTING: usize = 64;

/// The parameter `data`: an object, or one as JSON. Anything else is empty.
pub fn data(call: &Call) -> Result<Data, ApiError> {
    let invalid = || ApiError::invalid("data", "Value must be a valid JSON string");
    let object = |value: Value| match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    match call.params.optional("data") {
        None => Ok(Map::new()),
        Some(Value::String(text)) if text.is_empty() => Ok(Map::new()),
        Some(Value::String(text)) => {
            let value = serde_json::from_str(text).map_err(|_| invalid())?;
            if php::depth(&value) > MAX_NESTING {
                return Err(invalid());
            }
            Ok(object(value))
        }
        Some(value @ (Value::Object(_) | Value::Array(_))) => Ok(object(value.clone())),
        Some(_) => Err(invalid()),
    }
}

/// The parameter `permissions` of a row.
pub fn row_permissions(call: &Call) -> Result<Option<Vec<String>>, ApiError> {
    permissions::param(&call.params, ROW_ACTIONS)
}

/// The parameter `transactionId`, unless it's empty.
pub fn transaction_id(call: &Call) -> Result<Option<String>, ApiError> {
    if call.params.raw("transactionId").is_empty() {
        return Ok(None);
    }
    call.params.optional_uid("transactionId")
}

/// What was sent for a row, as a mock of it for the answer to an operation that is only staged.
pub fn staged_model(api: Api, table: &Table, id: &str, data: Data) -> Map<String, Value> {
    let mut model = Map::new();
    for (name, value) in [
        ("$id", id),
        (api.dollar_table_id(), &table.id),
        ("$databaseId", &table.database_id),
    ] {
        model.insert(name.to_owned(), value.into());
    }
    model.extend(data);
    model
}
