//! Rows: what an app keeps at Appwrite besides its accounts.

mod databases;
mod permission;
mod query;
mod row;
mod store;
mod tables_db;
mod transaction;

pub use databases::Databases;
pub use permission::{Permission, Role, Status};
pub use query::Query;
pub use row::{Row, Rows};
pub use tables_db::TablesDB;
pub use transaction::{Operation, StagedRow, StagedRows, Transaction};

pub(super) use query::parameters;
pub(super) use store::{Access, By};
