//! Rows, through the clients that server functions use.

mod changes;
mod databases;
mod errors;
mod permissions;
mod queries;
mod transactions;
