//! The data, in SQLite.
//!
//! Every change is all or nothing, and it's on the disk before the answer goes out (`WAL` with
//! `synchronous=FULL`). So nothing that was answered is lost, no matter how the process ends.

mod age;
mod challenges;
mod columns;
mod database;
mod grants;
mod identities;
mod lock;
mod logs;
mod messages;
mod passwords;
mod schema;
mod sessions;
mod targets;
mod text;
mod tokens;
mod users;
mod writer;

pub use age::an_hour_passes;
pub use challenges::ChallengeRow;
pub use database::{DATABASE, Store};
pub use grants::Grant;
pub use identities::IdentityRow;
pub use lock::{Lock, OpenError};
pub use logs::LogRow;
pub use messages::{Message, MessageKind, NewMessage};
pub use passwords::{HashAlgorithm, StoredPassword, argon2_options};
pub use sessions::{NewSession, ProviderTokens, SECRET_BYTES, SessionRow};
pub use targets::{TargetRow, TargetType};
pub use text::COLLATION;
pub use tokens::{TokenKind, TokenRow};
pub use users::{NewUser, UserRow};
