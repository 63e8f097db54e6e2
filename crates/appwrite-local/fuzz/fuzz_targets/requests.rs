//! `cargo fuzz run requests`: the tests' odd requests, guided by coverage of the server.

#![no_main]

#[path = "../../tests/it/support/requests.rs"]
mod requests;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|request: requests::Request| requests::send_and_check(&request));
