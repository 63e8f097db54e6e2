//! `cargo fuzz run requests`: the requests of the tests, led by what they reach in the server.

#![no_main]

#[path = "../../tests/it/support/requests.rs"]
mod requests;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|request: requests::Request| requests::try_out(&request));
