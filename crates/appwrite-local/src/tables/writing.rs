//! Creating and changing rows: permissions, structure, relationships.

use rusqlite::Connection;
use serde_json::{Value, json};

use super::{
    access::Access,
    api::Api,
    kind::{Kind, Relation, RelationType},
    operators::{self, Operator},
    pairs::Pairs,
    rows::{self, Change, NewRow, StoredRow},
    schema::{Column, Table},
    structure::{self, Data},
    values,
};
use crate::{
    error::{ApiError, is_constraint},
    permissions::{ROW_ACTIONS, read},
    secret, timestamp,
};

/// How deeply rows may be nested in what is sent.
const MAX_DEPTH: usize = 3;

/// Writes rows for a caller.
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    pub connection: &'a Connection,
    pub api: Api,
    pub access: &'a Access,
    /// How many rows enclose the one that's written.
    depth: usize,
}

/// What a caller sends about a row, besides its ID.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub data: Data,
    pub permissions: Option<Vec<String>>,
    pub created: Option<String>,
    pub updated: Option<String>,
    /// The `$id` in the data.
    pub id: Option<String>,
}

impl Sent {
    /// Takes the fields that every row has out of what was sent. What can't be set is dropped.
    ///
    /// # Errors
    ///
    /// `row_invalid_structure` for a date that is none.
    pub fn read(
        api: Api,
        access: &Access,
        mut data: Data,
        permissions: Option<Vec<String>>,
    ) -> Result<Self, ApiError> {
        for key in ["$sequence", "$databaseId", api.dollar_table_id()] {
            data.shift_remove(key);
        }
        let id = match data.shift_remove("$id") {
            Some(Value::String(id)) => Some(id),
            _ => None,
        };
        data.shift_remove("$permissions");
        let mut date = |key: &str| match data.shift_remove(key) {
            Some(Value::String(text)) if access.privileged && !text.is_empty() => {
                match timestamp::canonical(&text) {
                    Some(date) => Ok(Some(date)),
                    None => Err(api.structure(&format!(
                        "Attribute \"{key}\" has invalid type. Value must be valid date between \
                         1000-01-01 00:00:00 and 9999-12-31 23:59:59."
                    ))),
                }
            }
            _ => Ok(None),
        };
        Ok(Self {
            created: date("$createdAt")?,
            updated: date("$updatedAt")?,
            data,
            permissions,
            id,
        })
    }

    /// A row that carries its ID and permissions in itself.
    ///
    /// # Errors
    ///
    /// `general_bad_request` for permissions that are none, and those of [`Sent::read`].
    pub fn whole(api: Api, access: &Access, data: Data) -> Result<Self, ApiError> {
        let permissions = match data.get("$permissions") {
            None | Some(Value::Null) => None,
            Some(list) => Some(
                read(list, ROW_ACTIONS)
                    .map_err(|rule| ApiError::with("general_bad_request", 400, rule))?,
            ),
        };
        Self::read(api, access, data, permissions)
    }
}

/// What a caller may set a relationship to.
enum Link {
    /// To this row, or to none.
    One(Option<String>),
    /// To these rows.
    Many(Vec<String>),
}

impl<'a> Writer<'a> {
    pub fn new(connection: &'a Connection, api: Api, access: &'a Access) -> Self {
        Self {
            connection,
            api,
            access,
            depth: 0,
        }
    }

    fn conflict(&self, id: &str) -> impl Fn(rusqlite::Error) -> ApiError {
        let (api, id) = (self.api, id.to_owned());
        move |error| {
            if is_constraint(&error) {
                api.row_exists(&id)
            } else {
                error.into()
            }
        }
    }

    /// Creates a row.
    ///
    /// # Errors
    ///
    /// `user_unauthorized`, `row_invalid_structure`, `row_already_exists`, and their older names.
    pub fn create(&self, table: &Table, id: &str, sent: Sent) -> Result<StoredRow, ApiError> {
        let permissions = match sent.permissions {
            Some(permissions) => {
                self.access.check_grant(&permissions)?;
                permissions
            }
            None => self.access.default_permissions(),
        };
        self.access.check_create(table)?;
        let (plain, related) = split(table, sent.data);
        let structure = |reason: String| self.api.structure(&reason);
        let mut values = structure::complete(table, &plain).map_err(structure)?;
        let links = self.links(table, related)?;
        self.check_links(table, id, &links)?;
        for (column, link) in &links {
            if let Link::One(id) = link
                && column.is_stored()
            {
                values.insert(column.spec.key.clone(), json!(id));
            }
        }
        let now = timestamp::now();
        let new = NewRow {
            id: id.to_owned(),
            updated: sent
                .updated
                .or_else(|| sent.created.clone())
                .unwrap_or_else(|| now.clone()),
            created: sent.created.unwrap_or(now),
            permissions,
            values,
        };
        rows::insert(self.connection, table, &new).map_err(self.conflict(id))?;
        self.store_links(id, links)?;
        self.stored(table, id)
    }

    /// Changes a row.
    ///
    /// # Errors
    ///
    /// `user_unauthorized`, `row_invalid_structure`, `row_already_exists`, and their older names.
    pub fn update(
        &self,
        table: &Table,
        row: &StoredRow,
        sent: Sent,
    ) -> Result<StoredRow, ApiError> {
        if let Some(permissions) = &sent.permissions {
            self.access.check_grant(permissions)?;
        }
        self.change(table, row, sent)
    }

    /// Creates a row, or changes the one that's there.
    ///
    /// # Errors
    ///
    /// `user_unauthorized`, `row_invalid_structure`, `row_already_exists`, and their older names.
    pub fn upsert(&self, table: &Table, id: &str, sent: Sent) -> Result<StoredRow, ApiError> {
        let Some(row) = rows::find(self.connection, table, id)? else {
            return self.create(table, id, sent);
        };
        // Whoever sends no permissions gives the stored ones again, which takes the same right.
        let granted = sent.permissions.as_ref().unwrap_or(&row.permissions);
        self.access.check_grant(granted)?;
        let structure = |reason: String| self.api.structure(&reason);
        structure::check_required(table, &sent.data).map_err(structure)?;
        self.change(table, &row, sent)
    }

    fn change(&self, table: &Table, row: &StoredRow, sent: Sent) -> Result<StoredRow, ApiError> {
        let structure = |reason: String| self.api.structure(&reason);
        let (mut plain, related) = split(table, sent.data);
        let operators = take_operators(table, &mut plain)?;
        let links = self.links(table, related);
        let changed = structure::change(table, &plain);
        let permissions = sent.permissions.filter(|list| *list != row.permissions);
        let same = |changed: &Data| {
            changed
                .iter()
                .all(|(key, value)| rows::value(&row.values, key) == value)
        };
        let nothing = permissions.is_none()
            && operators.is_empty()
            && sent.created.is_none()
            && sent.updated.is_none()
            && changed.as_ref().is_ok_and(same)
            && links.as_ref().is_ok_and(Vec::is_empty);
        // A change that changes nothing only takes the right to read.
        let action = if nothing { "read" } else { "update" };
        self.access.check(table, &row.permissions, action)?;
        let mut change = Change {
            created: sent.created,
            updated: sent.updated,
            permissions,
            values: changed.map_err(structure)?,
        };
        let links = links?;
        let mut merged = row.values.clone();
        merged.extend(change.values.clone());
        structure::check_required(table, &merged).map_err(structure)?;
        for (column, operator) in operators {
            let key = &column.spec.key;
            let value = operator
                .apply(&column.spec, rows::value(&row.values, key))
                .map_err(structure)?;
            change.values.insert(key.clone(), value);
        }
        if nothing {
            return Ok(row.clone());
        }
        self.check_links(table, &row.id, &links)?;
        for (column, link) in &links {
            if let Link::One(id) = link
                && column.is_stored()
            {
                change.values.insert(column.spec.key.clone(), json!(id));
            }
        }
        change.updated = Some(change.updated.unwrap_or_else(timestamp::now));
        rows::update(self.connection, table, row.sequence, &change)
            .map_err(self.conflict(&row.id))?;
        self.store_links(&row.id, links)?;
        self.stored(table, &row.id)
    }

    fn stored(&self, table: &Table, id: &str) -> Result<StoredRow, ApiError> {
        rows::find(self.connection, table, id)?
            .ok_or_else(|| ApiError::known("general_server_error"))
    }

    /// Adds to a number. Answers the row as it is then, with the date of its change as it was.
    ///
    /// # Errors
    ///
    /// `column_not_found` if there's no such row or column, `attribute_type_invalid` if it's no
    /// number, `user_unauthorized`, `column_limit_exceeded`.
    pub fn increment(
        &self,
        table: &Table,
        id: &str,
        key: &str,
        by: &Value,
        limit: Option<f64>,
    ) -> Result<StoredRow, ApiError> {
        // Appwrite forgets to fill in which column.
        let not_found = || self.api.column_not_found("%s");
        let column = table.column(key).ok_or_else(not_found)?;
        let namespace = self.api.namespace();
        if !column.spec.kind.is_number() || column.spec.array {
            let message = format!("{namespace} \"{key}\" is not a number");
            return Err(ApiError::with("attribute_type_invalid", 400, message));
        }
        let mut row = rows::find(self.connection, table, id)?.ok_or_else(not_found)?;
        self.access.check(table, &row.permissions, "update")?;
        let current = rows::value(&row.values, key);
        let value = operators::add(&column.spec, current, by, limit).ok_or_else(|| {
            let down = by.as_f64().is_some_and(|by| by < 0.0);
            let which = if down { "minimum" } else { "maximum" };
            let limit = values::float(limit.unwrap_or_default());
            let message = format!("{namespace} \"{key}\" has reached the {which} value of {limit}");
            ApiError::with(self.api.column_limit(), 400, message)
        })?;
        let change = Change {
            updated: Some(timestamp::now()),
            values: Data::from_iter([(key.to_owned(), value.clone())]),
            ..Change::default()
        };
        rows::update(self.connection, table, row.sequence, &change).map_err(self.conflict(id))?;
        row.values.insert(key.to_owned(), value);
        Ok(row)
    }

    /// Reads what relationships are set to. Rows that are sent whole are written on the way.
    fn links<'t>(
        &self,
        table: &'t Table,
        related: Data,
    ) -> Result<Vec<(&'t Column, Link)>, ApiError> {
        let mut links = Vec::new();
        for (key, value) in related {
            let Some(column) = table.column(&key) else {
                continue;
            };
            let Some(relation) = &column.spec.options.relation else {
                continue;
            };
            let link = if relation.to_many() {
                Link::Many(self.many(relation, value)?)
            } else {
                Link::One(self.one(relation, value)?)
            };
            links.push((column, link));
        }
        Ok(links)
    }

    fn related_table(&self, relation: &Relation) -> Result<Table, ApiError> {
        Table::find_by_sequence(self.connection, relation.table)?
            .ok_or_else(|| self.api.table_not_found(&relation.table_id))
    }

    fn one(&self, relation: &Relation, value: Value) -> Result<Option<String>, ApiError> {
        match value {
            Value::Null => Ok(None),
            Value::Array(_) => Err(relationship(
                "Invalid relationship value. Must be either a document ID or a document, array \
                 given.",
            )),
            Value::String(_) | Value::Object(_) => {
                let table = self.related_table(relation)?;
                self.related(&table, value)
            }
            Value::Bool(_) | Value::Number(_) => Err(not_a_row()),
        }
    }

    fn many(&self, relation: &Relation, value: Value) -> Result<Vec<String>, ApiError> {
        let items = match value {
            Value::Null => return Ok(Vec::new()),
            Value::Array(items) => items,
            Value::String(_) => {
                return Err(relationship(
                    "Invalid relationship value. Must be either an array of documents or document \
                     IDs, document ID given.",
                ));
            }
            Value::Object(_) => {
                return Err(relationship(
                    "Invalid relationship value. Must be either an array of documents or document \
                     IDs, document given.",
                ));
            }
            Value::Bool(_) | Value::Number(_) => return Err(not_a_row()),
        };
        let table = self.related_table(relation)?;
        let mut ids = Vec::new();
        for item in items {
            if !matches!(item, Value::String(_) | Value::Object(_)) {
                return Err(not_a_row());
            }
            ids.extend(self.related(&table, item)?);
        }
        Ok(ids)
    }

    /// The ID of a row that was named, or sent whole. `None` if there's no such row.
    fn related(&self, table: &Table, value: Value) -> Result<Option<String>, ApiError> {
        let data = match value {
            Value::String(id) => {
                let row = rows::find(self.connection, table, &id)?;
                let readable = |row: &StoredRow| self.access.may(table, &row.permissions, "read");
                return Ok(row.filter(readable).map(|row| row.id));
            }
            Value::Object(data) => data,
            _ => return Err(not_a_row()),
        };
        if self.depth + 1 >= MAX_DEPTH {
            return Err(relationship("Rows are nested too deeply."));
        }
        let nested = Self {
            depth: self.depth + 1,
            ..*self
        };
        let sent = Sent::whole(self.api, self.access, data)?;
        let id = sent.id.clone().unwrap_or_else(secret::id);
        let may = |row: &StoredRow, action| self.access.may(table, &row.permissions, action);
        // A row that isn't the caller's to see is none, so that it's not told that it's there.
        let known = rows::find(self.connection, table, &id)?
            .filter(|row| may(row, "read") || may(row, "update"));
        let row = match known {
            Some(row) if sent.data.is_empty() && sent.permissions.is_none() => {
                self.access.check(table, &row.permissions, "read")?;
                row
            }
            Some(row) => nested.update(table, &row, sent)?,
            None => nested.create(table, &id, sent)?,
        };
        Ok(Some(row.id))
    }

    /// Refuses to give a row of a pair to a second one.
    fn check_links(
        &self,
        table: &Table,
        id: &str,
        links: &[(&Column, Link)],
    ) -> Result<(), ApiError> {
        for (column, link) in links {
            let (Some(relation), Link::One(Some(other))) = (&column.spec.options.relation, link)
            else {
                continue;
            };
            if relation.relation_type != RelationType::OneToOne || !relation.is_stored() {
                continue;
            }
            let name = column.sql_name();
            let value = rusqlite::types::Value::Text(other.clone());
            let taken = rows::select(self.connection, table, &format!("{name} = ?"), &[value], "")?;
            if taken.iter().any(|row| row.id != id) {
                return Err(self.api.row_exists(id));
            }
        }
        Ok(())
    }

    /// Stores the relationships that are kept in the related rows.
    fn store_links(&self, id: &str, links: Vec<(&Column, Link)>) -> Result<(), ApiError> {
        for (column, link) in links {
            let Some(relation) = &column.spec.options.relation else {
                continue;
            };
            if relation.is_stored() {
                continue;
            }
            let ids = match link {
                Link::One(one) => one.into_iter().collect(),
                Link::Many(many) => many,
            };
            let related = self.related_table(relation)?;
            if let Some(pairs) = Pairs::of(column, &related) {
                pairs.set(self.connection, id, &ids)?;
                continue;
            }
            for row in referring(self.connection, column, &related, id)? {
                if !ids.contains(&row.id) {
                    self.access.check(&related, &row.permissions, "update")?;
                    self.refer(&related, &row, &relation.two_way_key, None)?;
                }
            }
            for other in &ids {
                if let Some(row) = rows::find(self.connection, &related, other)?
                    && rows::value(&row.values, &relation.two_way_key) != id
                {
                    self.access.check(&related, &row.permissions, "update")?;
                    self.refer(&related, &row, &relation.two_way_key, Some(id))?;
                }
            }
        }
        Ok(())
    }

    /// Makes a row name another one by this key, or none.
    pub fn refer(
        &self,
        table: &Table,
        row: &StoredRow,
        key: &str,
        id: Option<&str>,
    ) -> Result<(), ApiError> {
        let change = Change {
            values: Data::from_iter([(key.to_owned(), json!(id))]),
            ..Change::default()
        };
        Ok(rows::update(self.connection, table, row.sequence, &change)?)
    }
}

/// The rows at the other end of a row's relationship, whose IDs aren't in the row itself.
pub fn referring(
    connection: &Connection,
    column: &Column,
    related: &Table,
    id: &str,
) -> Result<Vec<StoredRow>, ApiError> {
    let Some(relation) = &column.spec.options.relation else {
        return Ok(Vec::new());
    };
    let condition = if let Some(pairs) = Pairs::of(column, related) {
        pairs.related()
    } else {
        let mut columns = related.columns.iter();
        let other =
            columns.find(|other| other.spec.key == relation.two_way_key && other.is_stored());
        let Some(other) = other else {
            return Ok(Vec::new());
        };
        format!("{} = ?", other.sql_name())
    };
    let id = rusqlite::types::Value::Text(id.to_owned());
    rows::select(connection, related, &condition, &[id], "ORDER BY sequence")
}

/// Splits relationships off the data.
fn split(table: &Table, data: Data) -> (Data, Data) {
    let is_relation = |key: &String| {
        table
            .column(key)
            .is_some_and(|column| column.spec.kind == Kind::Relationship)
    };
    let (related, plain) = data.into_iter().partition(|(key, _)| is_relation(key));
    (plain, related)
}

fn take_operators<'t>(
    table: &'t Table,
    data: &mut Data,
) -> Result<Vec<(&'t Column, Operator)>, ApiError> {
    let mut operators = Vec::new();
    for (key, value) in data.iter() {
        if let Some(column) = table.column(key)
            && let Some(operator) = Operator::parse(key, value)?
        {
            operators.push((column, operator));
        }
    }
    for (column, _) in &operators {
        data.shift_remove(&column.spec.key);
    }
    Ok(operators)
}

fn relationship(message: &str) -> ApiError {
    ApiError::with("relationship_value_invalid", 400, message.to_owned())
}

fn not_a_row() -> ApiError {
    relationship("Relationship value must be an object, document ID string, or associative array")
}
