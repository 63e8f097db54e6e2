//! The functions that answer the routes of databases. Each knows by which of the two APIs it was
//! called.

pub mod columns;
pub mod databases;
pub mod indexes;
pub mod many;
pub mod relationships;
mod request;
pub mod rows;
pub mod tables;
pub mod transactions;
