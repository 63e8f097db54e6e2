//! Whatever comes in, the answer looks like Appwrite's.
//!
//! This sends a few thousand random requests. `cargo fuzz run requests`, in this package's folder,
//! goes on until you stop it, guided by coverage.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
};

use crate::support::requests::{self, Request};
use arbitrary::{Arbitrary, Unstructured};
use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};

/// Random bytes, always the same for a seed.
fn bytes(seed: u64, longest: usize) -> Vec<u8> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut bytes = vec![0; random.random_range(0..longest)];
    random.fill_bytes(&mut bytes);
    bytes
}

#[test]
fn every_request_gets_an_answer() {
    assert_eq!(requests::route_count(), 242);
    for _ in 0..3000 {
        let seed = rand::rng().next_u64();
        let bytes = bytes(seed, 400);
        let request = Request::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
        let tried = std::panic::catch_unwind(|| requests::send_and_check(&request));
        assert!(tried.is_ok(), "seed {seed}: {request:#?}");
    }
}

#[test]
fn bytes_that_are_no_request_end_just_the_connection() {
    for _ in 0..300 {
        let mut stream = TcpStream::connect(requests::addr()).unwrap();
        // The server may hang up before it has read everything.
        let _ = stream.write_all(&bytes(rand::rng().next_u64(), 2000));
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert!(requests::is_alive());
}
