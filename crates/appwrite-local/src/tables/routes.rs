//! The table of routes of databases, by both of their names.

use axum::http::Method;

use super::{
    api::Api::{Databases, TablesDb},
    handlers::{
        columns::{
            self,
            Type::{Plain, Text},
        },
        databases, indexes, many, relationships, rows, tables, transactions,
    },
    kind::{Format, Kind},
};
use crate::route::Route;

/// A line of the table: the scopes, the API that it's part of, the handler and what else that needs.
macro_rules! route {
    ($method:ident $path:literal, $scopes:expr, $api:ident, $($handler:ident)::+ $(, $more:expr)?) => {
        Route::new(Method::$method, $path, $scopes, |call| {
            Box::pin($($handler)::+(call, $api $(, $more)?))
        })
    };
}

const DATABASES_READ: &[&str] = &["databases.read"];
const DATABASES_WRITE: &[&str] = &["databases.write"];
const TABLES_READ: &[&str] = &["tables.read", "collections.read"];
const TABLES_WRITE: &[&str] = &["tables.write", "collections.write"];
const COLUMNS_READ: &[&str] = &[
    "tables.read",
    "collections.read",
    "columns.read",
    "attributes.read",
];
const COLUMNS_WRITE: &[&str] = &[
    "tables.write",
    "collections.write",
    "columns.write",
    "attributes.write",
];
const INDEXES_READ: &[&str] = &["tables.read", "collections.read", "indexes.read"];
const INDEXES_WRITE: &[&str] = &["tables.write", "collections.write", "indexes.write"];
const ROWS_READ: &[&str] = &["rows.read", "documents.read"];
const ROWS_WRITE: &[&str] = &["rows.write", "documents.write"];
const COLLECTIONS_READ: &[&str] = &["collections.read"];
const COLLECTIONS_WRITE: &[&str] = &["collections.write"];
const DOCUMENTS_READ: &[&str] = &["documents.read"];
const DOCUMENTS_WRITE: &[&str] = &["documents.write"];

const MINUTE: i64 = 60;
const CALLER: &[&str] = &["ip:{ip},url:{url},userId:{userId}"];

/// Every route of databases that this server answers.
#[rustfmt::skip]
pub static ROUTES: &[Route] = &[
    // TablesDB.
    route!(GET "/tablesdb", DATABASES_READ, TablesDb, databases::list),
    route!(POST "/tablesdb", DATABASES_WRITE, TablesDb, databases::create),
    route!(GET "/tablesdb/transactions", ROWS_READ, TablesDb, transactions::list),
    route!(POST "/tablesdb/transactions", ROWS_WRITE, TablesDb, transactions::create),
    route!(GET "/tablesdb/transactions/:transactionId", ROWS_READ, TablesDb, transactions::get),
    route!(PATCH "/tablesdb/transactions/:transactionId", ROWS_WRITE, TablesDb, transactions::update),
    route!(DELETE "/tablesdb/transactions/:transactionId", ROWS_WRITE, TablesDb, transactions::delete),
    route!(POST "/tablesdb/transactions/:transactionId/operations", ROWS_WRITE, TablesDb, transactions::add_operations),
    route!(GET "/tablesdb/:databaseId", DATABASES_READ, TablesDb, databases::get),
    route!(PUT "/tablesdb/:databaseId", DATABASES_WRITE, TablesDb, databases::update),
    route!(DELETE "/tablesdb/:databaseId", DATABASES_WRITE, TablesDb, databases::delete),
    route!(GET "/tablesdb/:databaseId/tables", TABLES_READ, TablesDb, tables::list),
    route!(POST "/tablesdb/:databaseId/tables", TABLES_WRITE, TablesDb, tables::create),
    route!(GET "/tablesdb/:databaseId/tables/:tableId", TABLES_READ, TablesDb, tables::get),
    route!(PUT "/tablesdb/:databaseId/tables/:tableId", TABLES_WRITE, TablesDb, tables::update),
    route!(DELETE "/tablesdb/:databaseId/tables/:tableId", TABLES_WRITE, TablesDb, tables::delete),
    route!(GET "/tablesdb/:databaseId/tables/:tableId/columns", COLUMNS_READ, TablesDb, columns::list),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/string", COLUMNS_WRITE, TablesDb, columns::create, Plain(Kind::String)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/string/:key", COLUMNS_WRITE, TablesDb, columns::update, Plain(Kind::String)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/varchar", COLUMNS_WRITE, TablesDb, columns::create, Plain(Kind::Varchar)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/varchar/:key", COLUMNS_WRITE, TablesDb, columns::update, Plain(Kind::Varchar)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/text", COLUMNS_WRITE, TablesDb, columns::create, Plain(Kind::Text)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/text/:key", COLUMNS_WRITE, TablesDb, columns::update, Plain(Kind::Text)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/mediumtext", COLUMNS_WRITE, TablesDb, columns::create, Plain(Kind::Mediumtext)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/mediumtext/:key", COLUMNS_WRITE, TablesDb, columns::update, Plain(Kind::Mediumtext)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/longtext", COLUMNS_WRITE, TablesDb, columns::create, Plain(Kind::Longtext)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/longtext/:key", COLUMNS_WRITE, TablesDb, columns::update, Plain(Kind::Longtext)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/integer", COLUMNS_WRITE, TablesDb, columns::create, Plain(Kind::Integer)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/integer/:key", COLUMNS_WRITE, TablesDb, columns::update, Plain(Kind::Integer)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/bigint", COLUMNS_WRITE, TablesDb, columns::create, Plain(Kind::Bigint)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/bigint/:key", COLUMNS_WRITE, TablesDb, columns::update, Plain(Kind::Bigint)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/float", COLUMNS_WRITE, TablesDb, columns::create, Plain(Kind::Double)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/float/:key", COLUMNS_WRITE, TablesDb, columns::update, Plain(Kind::Double)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/boolean", COLUMNS_WRITE, TablesDb, columns::create, Plain(Kind::Boolean)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/boolean/:key", COLUMNS_WRITE, TablesDb, columns::update, Plain(Kind::Boolean)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/datetime", COLUMNS_WRITE, TablesDb, columns::create, Plain(Kind::Datetime)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/datetime/:key", COLUMNS_WRITE, TablesDb, columns::update, Plain(Kind::Datetime)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/email", COLUMNS_WRITE, TablesDb, columns::create, Text(Format::Email)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/email/:key", COLUMNS_WRITE, TablesDb, columns::update, Text(Format::Email)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/url", COLUMNS_WRITE, TablesDb, columns::create, Text(Format::Url)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/url/:key", COLUMNS_WRITE, TablesDb, columns::update, Text(Format::Url)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/ip", COLUMNS_WRITE, TablesDb, columns::create, Text(Format::Ip)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/ip/:key", COLUMNS_WRITE, TablesDb, columns::update, Text(Format::Ip)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/enum", COLUMNS_WRITE, TablesDb, columns::create, Text(Format::Enum)),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/enum/:key", COLUMNS_WRITE, TablesDb, columns::update, Text(Format::Enum)),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/columns/relationship", COLUMNS_WRITE, TablesDb, relationships::create),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/columns/:key/relationship", COLUMNS_WRITE, TablesDb, relationships::update),
    route!(GET "/tablesdb/:databaseId/tables/:tableId/columns/:key", COLUMNS_READ, TablesDb, columns::get),
    route!(DELETE "/tablesdb/:databaseId/tables/:tableId/columns/:key", COLUMNS_WRITE, TablesDb, columns::delete),
    route!(GET "/tablesdb/:databaseId/tables/:tableId/indexes", INDEXES_READ, TablesDb, indexes::list),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/indexes", INDEXES_WRITE, TablesDb, indexes::create),
    route!(GET "/tablesdb/:databaseId/tables/:tableId/indexes/:key", INDEXES_READ, TablesDb, indexes::get),
    route!(DELETE "/tablesdb/:databaseId/tables/:tableId/indexes/:key", INDEXES_WRITE, TablesDb, indexes::delete),
    route!(GET "/tablesdb/:databaseId/tables/:tableId/rows", ROWS_READ, TablesDb, rows::list),
    route!(POST "/tablesdb/:databaseId/tables/:tableId/rows", ROWS_WRITE, TablesDb, rows::create).window(120, MINUTE, CALLER),
    route!(PUT "/tablesdb/:databaseId/tables/:tableId/rows", ROWS_WRITE, TablesDb, many::upsert).window(120, MINUTE, CALLER),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/rows", ROWS_WRITE, TablesDb, many::update).window(120, MINUTE, CALLER),
    route!(DELETE "/tablesdb/:databaseId/tables/:tableId/rows", ROWS_WRITE, TablesDb, many::delete).window(60, MINUTE, CALLER),
    route!(GET "/tablesdb/:databaseId/tables/:tableId/rows/:rowId", ROWS_READ, TablesDb, rows::get),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/rows/:rowId", ROWS_WRITE, TablesDb, rows::update).window(120, MINUTE, CALLER),
    route!(PUT "/tablesdb/:databaseId/tables/:tableId/rows/:rowId", ROWS_WRITE, TablesDb, rows::upsert).window(120, MINUTE, CALLER),
    route!(DELETE "/tablesdb/:databaseId/tables/:tableId/rows/:rowId", ROWS_WRITE, TablesDb, rows::delete).window(60, MINUTE, CALLER),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/rows/:rowId/:column/increment", ROWS_WRITE, TablesDb, rows::increment).window(120, MINUTE, CALLER),
    route!(PATCH "/tablesdb/:databaseId/tables/:tableId/rows/:rowId/:column/decrement", ROWS_WRITE, TablesDb, rows::decrement).window(120, MINUTE, CALLER),
    // The same, by its older names.
    route!(GET "/databases", DATABASES_READ, Databases, databases::list),
    route!(POST "/databases", DATABASES_WRITE, Databases, databases::create),
    route!(GET "/databases/transactions", DOCUMENTS_READ, Databases, transactions::list),
    route!(POST "/databases/transactions", DOCUMENTS_WRITE, Databases, transactions::create),
    route!(GET "/databases/transactions/:transactionId", DOCUMENTS_READ, Databases, transactions::get),
    route!(PATCH "/databases/transactions/:transactionId", DOCUMENTS_WRITE, Databases, transactions::update),
    route!(DELETE "/databases/transactions/:transactionId", DOCUMENTS_WRITE, Databases, transactions::delete),
    route!(POST "/databases/transactions/:transactionId/operations", DOCUMENTS_WRITE, Databases, transactions::add_operations),
    route!(GET "/databases/:databaseId", DATABASES_READ, Databases, databases::get),
    route!(PUT "/databases/:databaseId", DATABASES_WRITE, Databases, databases::update),
    route!(DELETE "/databases/:databaseId", DATABASES_WRITE, Databases, databases::delete),
    route!(GET "/databases/:databaseId/collections", COLLECTIONS_READ, Databases, tables::list),
    route!(POST "/databases/:databaseId/collections", COLLECTIONS_WRITE, Databases, tables::create),
    route!(GET "/databases/:databaseId/collections/:collectionId", COLLECTIONS_READ, Databases, tables::get),
    route!(PUT "/databases/:databaseId/collections/:collectionId", COLLECTIONS_WRITE, Databases, tables::update),
    route!(DELETE "/databases/:databaseId/collections/:collectionId", COLLECTIONS_WRITE, Databases, tables::delete),
    route!(GET "/databases/:databaseId/collections/:collectionId/attributes", COLLECTIONS_READ, Databases, columns::list),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/string", COLLECTIONS_WRITE, Databases, columns::create, Plain(Kind::String)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/string/:key", COLLECTIONS_WRITE, Databases, columns::update, Plain(Kind::String)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/varchar", COLLECTIONS_WRITE, Databases, columns::create, Plain(Kind::Varchar)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/varchar/:key", COLLECTIONS_WRITE, Databases, columns::update, Plain(Kind::Varchar)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/text", COLLECTIONS_WRITE, Databases, columns::create, Plain(Kind::Text)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/text/:key", COLLECTIONS_WRITE, Databases, columns::update, Plain(Kind::Text)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/mediumtext", COLLECTIONS_WRITE, Databases, columns::create, Plain(Kind::Mediumtext)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/mediumtext/:key", COLLECTIONS_WRITE, Databases, columns::update, Plain(Kind::Mediumtext)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/longtext", COLLECTIONS_WRITE, Databases, columns::create, Plain(Kind::Longtext)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/longtext/:key", COLLECTIONS_WRITE, Databases, columns::update, Plain(Kind::Longtext)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/integer", COLLECTIONS_WRITE, Databases, columns::create, Plain(Kind::Integer)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/integer/:key", COLLECTIONS_WRITE, Databases, columns::update, Plain(Kind::Integer)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/bigint", COLLECTIONS_WRITE, Databases, columns::create, Plain(Kind::Bigint)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/bigint/:key", COLLECTIONS_WRITE, Databases, columns::update, Plain(Kind::Bigint)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/float", COLLECTIONS_WRITE, Databases, columns::create, Plain(Kind::Double)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/float/:key", COLLECTIONS_WRITE, Databases, columns::update, Plain(Kind::Double)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/boolean", COLLECTIONS_WRITE, Databases, columns::create, Plain(Kind::Boolean)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/boolean/:key", COLLECTIONS_WRITE, Databases, columns::update, Plain(Kind::Boolean)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/datetime", COLLECTIONS_WRITE, Databases, columns::create, Plain(Kind::Datetime)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/datetime/:key", COLLECTIONS_WRITE, Databases, columns::update, Plain(Kind::Datetime)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/email", COLLECTIONS_WRITE, Databases, columns::create, Text(Format::Email)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/email/:key", COLLECTIONS_WRITE, Databases, columns::update, Text(Format::Email)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/url", COLLECTIONS_WRITE, Databases, columns::create, Text(Format::Url)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/url/:key", COLLECTIONS_WRITE, Databases, columns::update, Text(Format::Url)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/ip", COLLECTIONS_WRITE, Databases, columns::create, Text(Format::Ip)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/ip/:key", COLLECTIONS_WRITE, Databases, columns::update, Text(Format::Ip)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/enum", COLLECTIONS_WRITE, Databases, columns::create, Text(Format::Enum)),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/enum/:key", COLLECTIONS_WRITE, Databases, columns::update, Text(Format::Enum)),
    route!(POST "/databases/:databaseId/collections/:collectionId/attributes/relationship", COLLECTIONS_WRITE, Databases, relationships::create),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/attributes/relationship/:key", COLLECTIONS_WRITE, Databases, relationships::update)
        .alias("/databases/:databaseId/collections/:collectionId/attributes/:key/relationship"),
    route!(GET "/databases/:databaseId/collections/:collectionId/attributes/:key", COLLECTIONS_READ, Databases, columns::get),
    route!(DELETE "/databases/:databaseId/collections/:collectionId/attributes/:key", COLLECTIONS_WRITE, Databases, columns::delete),
    route!(GET "/databases/:databaseId/collections/:collectionId/indexes", COLLECTIONS_READ, Databases, indexes::list),
    route!(POST "/databases/:databaseId/collections/:collectionId/indexes", COLLECTIONS_WRITE, Databases, indexes::create),
    route!(GET "/databases/:databaseId/collections/:collectionId/indexes/:key", COLLECTIONS_READ, Databases, indexes::get),
    route!(DELETE "/databases/:databaseId/collections/:collectionId/indexes/:key", COLLECTIONS_WRITE, Databases, indexes::delete),
    route!(GET "/databases/:databaseId/collections/:collectionId/documents", DOCUMENTS_READ, Databases, rows::list),
    route!(POST "/databases/:databaseId/collections/:collectionId/documents", DOCUMENTS_WRITE, Databases, rows::create).window(120, MINUTE, CALLER),
    route!(PUT "/databases/:databaseId/collections/:collectionId/documents", DOCUMENTS_WRITE, Databases, many::upsert).window(120, MINUTE, CALLER),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/documents", DOCUMENTS_WRITE, Databases, many::update).window(120, MINUTE, CALLER),
    route!(DELETE "/databases/:databaseId/collections/:collectionId/documents", DOCUMENTS_WRITE, Databases, many::delete).window(60, MINUTE, CALLER),
    route!(GET "/databases/:databaseId/collections/:collectionId/documents/:documentId", DOCUMENTS_READ, Databases, rows::get),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/documents/:documentId", DOCUMENTS_WRITE, Databases, rows::update).window(120, MINUTE, CALLER),
    route!(PUT "/databases/:databaseId/collections/:collectionId/documents/:documentId", DOCUMENTS_WRITE, Databases, rows::upsert).window(120, MINUTE, CALLER),
    route!(DELETE "/databases/:databaseId/collections/:collectionId/documents/:documentId", DOCUMENTS_WRITE, Databases, rows::delete).window(60, MINUTE, CALLER),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/documents/:documentId/:attribute/increment", DOCUMENTS_WRITE, Databases, rows::increment).window(120, MINUTE, CALLER),
    route!(PATCH "/databases/:databaseId/collections/:collectionId/documents/:documentId/:attribute/decrement", DOCUMENTS_WRITE, Databases, rows::decrement).window(120, MINUTE, CALLER),
];
