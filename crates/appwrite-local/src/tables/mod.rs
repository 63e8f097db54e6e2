//! Databases, tables and rows: `/tablesdb`, and the same data by its older names, `/databases`.
//!
//! `routes` has the routes, and `handlers` what answers them. `schema` describes databases, tables,
//! columns and indexes; `ddl` makes the tables in SQLite that hold the rows. `selection` turns
//! queries into SQL, `writing` checks and writes rows, and `deleting` deletes them.

mod access;
mod api;
pub mod browsing;
mod bulk;
mod creating;
mod ddl;
mod definition;
mod deleting;
mod filters;
mod handlers;
mod kind;
mod models;
mod operators;
mod pairs;
mod project_file;
mod query;
mod reading;
mod routes;
mod rows;
mod schema;
mod selection;
mod structure;
mod transactions;
mod validate;
mod values;
mod writing;

pub use kind::Kind;
pub use project_file::ProjectFile;
pub use reading::Related;
pub use routes::ROUTES;
pub use rows::StoredRow;
pub use schema::{Database, Table};
