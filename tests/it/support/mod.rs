//! What the tests have in common: something to test, a browser to test it with, and the words that
//! more than one test looks for.

mod answer;
mod app;
mod appwrite;
mod authenticator;
mod browser;
pub mod forms;
mod gate;
mod http_client;
mod inbox;
mod log;
mod mfa;
mod past;
mod program;
pub mod project;
mod provider;
mod session;
pub mod texts;
mod upstream;

pub use answer::Answer;
pub use app::TestApp;
pub use appwrite::{KEY, appwrite, local_appwrite, local_appwrite_of, local_appwrite_with};
pub use authenticator::Authenticator;
pub use browser::Browser;
pub use gate::Gate;
pub use http_client::http_client;
pub use inbox::{Message, query_of};
pub use log::Log;
pub use program::{program, program_folder};
pub use provider::{ADA_AT_PROVIDER, DENIED};
pub use session::{
    DEVICE_COOKIE, EXTENDED_COOKIE, FLASH_COOKIE, FLOW_COOKIE, PROOF_COOKIE, SESSION_COOKIE,
    SIGNED_OUT_COOKIE, SOME_SECRET, extended, sealed,
};
pub use upstream::{Upstream, appwrite_error, json, serve};
