//! The visitor's IP address, behind proxies too.
//!
//! Anybody can send `X-Forwarded-For`, so only the part counts that a trusted proxy wrote.
//! Otherwise visitors could choose the address that their attempts are counted against.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str,
};

use axum::{
    extract::{ConnectInfo, Request},
    http::HeaderMap,
};

use super::layers::{Answering, Next};
use crate::server::{config::TrustedProxies, request::ClientAddr};

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// Puts [`ClientAddr`] into the request.
pub fn client_addr(mut request: Request, next: Next) -> Answering {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // There's no peer if whoever serves the router forgot `into_make_service_with_connect_info`.
    // The headers mustn't count then, since nobody knows who sent them, and nobody would notice
    // limits that fail open. So all visitors share one address: the limits hold, and soon get
    // noticed.
    let addr = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| {
        let trusted = &next.state().site.trusted_proxies;
        client(peer.ip(), request.headers(), trusted)
    });
    request.extensions_mut().insert(ClientAddr(addr));
    next.run(request)
}

/// The address of whoever sent the request to the first trusted proxy, or the peer's own if that is
/// no trusted proxy.
///
/// Each proxy appends the address of its own peer to `X-Forwarded-For`. So, read from the right,
/// the entries are true for as long as a trusted proxy wrote them. The first one that isn't a
/// trusted proxy is the visitor; what stands to the left of it, the visitor may have made up.
/// Beyond an entry that can't be read (like `unknown`) nobody vouches for anything, so the proxy that
/// wrote it counts as the visitor. So does the leftmost one if all of them are trusted. Empty entries
/// mean nothing, as in every list of HTTP.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> IpAddr {
    let mut client = peer.to_canonical();
    // Several lines mean the same as one line with all their entries in order.
    let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
    // Split before decoding, so odd bytes only spoil the entry they're in.
    let mut entries = lines
        .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','))
        .filter(|entry| !entry.trim_ascii().is_empty());
    while trusted.contains(client) {
        match entries.next().and_then(address) {
            Some(addr) => client = addr,
            None => break,
        }
    }
    client
}

/// Reads an entry of the header: an address, perhaps in brackets, perhaps with a port.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let entry = str::from_utf8(entry).ok()?.trim();
    let bare = entry
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(entry);
    bare.parse::<IpAddr>()
        .or_else(|_| entry.parse::<SocketAddr>().map(|addr| addr.ip()))
        .ok()
        .map(|addr| addr.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    /// `from` the peer, with these lines of the header, when `trusted` is configured.
    #[track_caller]
    fn check(trusted: &str, peer: &str, lines: &[&[u8]], expected: &str) {
        let trusted = if trusted.is_empty() {
            TrustedProxies::default()
        } else {
            TrustedProxies::parse(trusted).unwrap()
        };
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(line).unwrap());
        }
        let client = client(peer.parse().unwrap(), &headers, &trusted);
        assert_eq!(client, expected.parse::<IpAddr>().unwrap());
    }

    #[test]
    fn the_peer_is_the_client_where_nobody_is_trusted() {
        check("", "203.0.113.7", &[], "203.0.113.7");
        check("", "2001:db8::7", &[], "2001:db8::7");
    }

    #[test]
    fn an_untrusted_peer_cannot_choose_its_address() {
        check("", "203.0.113.7", &[b"198.51.100.1"], "203.0.113.7");
        check("10.0.0.1", "10.0.0.2", &[b"198.51.100.1"], "10.0.0.2");
        check("::1", "127.0.0.1", &[b"198.51.100.1"], "127.0.0.1");
    }

    #[test]
    fn a_trusted_peer_names_the_client() {
        check("10.0.0.1", "10.0.0.1", &[b"203.0.113.7"], "203.0.113.7");
        check("fd00::1", "fd00::1", &[b"2001:db8::7"], "2001:db8::7");
        check("10.0.0.1", "10.0.0.1", &[b"2001:DB8::7"], "2001:db8::7");
    }

    #[test]
    fn what_stands_left_of_the_client_is_ignored() {
        for invented in [
            "198.51.100.1, ",
            "10.0.0.1, ",
            "nonsense, ",
            ",",
            "\u{fc}, ",
        ] {
            let line = format!("{invented}203.0.113.7");
            check("10.0.0.1", "10.0.0.1", &[line.as_bytes()], "203.0.113.7");
        }
        check(
            "10.0.0.1",
            "10.0.0.1",
            &[b"\xff\xfe, 203.0.113.7"],
            "203.0.113.7",
        );
    }

    #[test]
    fn trusted_addresses_are_skipped_from_the_right() {
        let line = b"198.51.100.1,203.0.113.7, 192.0.2.9 ,10.9.9.9";
        check("10.0.0.0/8, 192.0.2.9", "10.0.0.1", &[line], "203.0.113.7");
        check("10.0.0.0/8", "10.0.0.1", &[line], "192.0.2.9");
        check("10.0.0.1", "10.0.0.1", &[line], "10.9.9.9");
    }

    #[test]
    fn blocks_end_where_they_end() {
        for (peer, trusted) in [
            ("172.16.0.0", true),
            ("172.31.255.255", true),
            ("172.15.255.255", false),
            ("172.32.0.0", false),
            ("fd12:3456::1", true),
            ("fd12:3457::1", false),
        ] {
            let expected = if trusted { "203.0.113.7" } else { peer };
            check(
                "172.16.0.0/12,fd12:3456::/32",
                peer,
                &[b"203.0.113.7"],
                expected,
            );
        }
        // The address in a block may be any of it.
        check("10.1.2.3/8", "10.200.0.1", &[b"203.0.113.7"], "203.0.113.7");
    }

    #[test]
    fn mapped_addresses_are_ipv4() {
        check("", "::ffff:203.0.113.7", &[], "203.0.113.7");
        let mapped = b"::ffff:203.0.113.7, [::ffff:10.0.0.2]";
        for trusted in [
            "10.0.0.0/8",
            "::ffff:10.0.0.0/104",
            "::ffff:10.0.0.1, ::ffff:10.0.0.2",
        ] {
            check(trusted, "::ffff:10.0.0.1", &[mapped], "203.0.113.7");
            check(trusted, "10.0.0.1", &[mapped], "203.0.113.7");
        }
    }

    #[test]
    fn entries_may_have_ports_and_brackets() {
        for (entry, expected) in [
            ("203.0.113.7:4711", "203.0.113.7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[::ffff:203.0.113.7]:4711", "203.0.113.7"),
            ("\t203.0.113.7 ", "203.0.113.7"),
            // No brackets, so these are digits of the address.
            ("2001:db8::7:4711", "2001:db8::7:4711"),
        ] {
            check("10.0.0.1", "10.0.0.1", &[entry.as_bytes()], expected);
            let line = format!("{entry}, 10.0.0.1:80");
            check("10.0.0.1", "10.0.0.1", &[line.as_bytes()], expected);
        }
    }

    #[test]
    fn an_entry_that_cannot_be_read_stops_the_walk() {
        for entry in [
            "unknown",
            "_hidden",
            "for=203.0.113.7",
            "\"203.0.113.7\"",
            "203.0.113",
            "203.0.113.256",
            "203.0.113.7:",
            "203.0.113.7:65536",
            "[203.0.113.7",
            "2001:db8::7]",
            "[]",
            "[2001:db8::7]x",
            "203.0.113.7 198.51.100.1",
            "203.0.113.0/24",
        ] {
            check("10.0.0.0/8", "10.0.0.1", &[entry.as_bytes()], "10.0.0.1");
            let line = format!("198.51.100.1, {entry}, 10.0.0.2");
            check("10.0.0.0/8", "10.0.0.1", &[line.as_bytes()], "10.0.0.2");
        }
        check("10.0.0.0/8", "10.0.0.1", &[b"\xff"], "10.0.0.1");
    }

    #[test]
    fn several_lines_are_one_list() {
        let lines: [&[u8]; 3] = [b"198.51.100.1", b"203.0.113.7, 10.0.0.3", b"10.0.0.2"];
        check("10.0.0.0/8", "10.0.0.1", &lines, "203.0.113.7");
        check("10.0.0.1", "10.0.0.1", &lines, "10.0.0.2");
        check(
            "10.0.0.0/8",
            "10.0.0.1",
            &[b"203.0.113.7", b"", b"10.0.0.2"],
            "203.0.113.7",
        );
    }

    #[test]
    fn an_empty_entry_is_none() {
        for line in ["203.0.113.7,", "203.0.113.7, ", ",203.0.113.7,, ,\t,"] {
            check("10.0.0.0/8", "10.0.0.1", &[line.as_bytes()], "203.0.113.7");
        }
        for line in ["", " ", ",", ", ,"] {
            check("10.0.0.0/8", "10.0.0.1", &[line.as_bytes()], "10.0.0.1");
        }
    }

    #[test]
    fn the_leftmost_is_the_client_when_all_are_trusted() {
        check(
            "10.0.0.0/8",
            "10.0.0.1",
            &[b"10.0.0.4, 10.0.0.3", b"10.0.0.2"],
            "10.0.0.4",
        );
        check("10.0.0.0/8", "10.0.0.1", &[], "10.0.0.1");
        check(
            "0.0.0.0/0,::/0",
            "203.0.113.7",
            &[b"2001:db8::7"],
            "2001:db8::7",
        );
    }
}
