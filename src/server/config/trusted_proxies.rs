//! The proxies that stand in front of this app.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// The proxies that are believed about the visitor's address. By default there are none.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Reads addresses and CIDR blocks, IPv4 or IPv6, separated by commas:
    /// `10.0.0.0/8, 192.0.2.1, fd00::/8`. A bare address stands for itself alone.
    ///
    /// `None` if an entry is neither. Skipping it would trust fewer proxies than were meant, and so
    /// count all visitors as one: better to say so at start.
    pub fn parse(list: &str) -> Option<Self> {
        list.split(',')
            .map(|entry| network(entry.trim()))
            .collect::<Option<_>>()
            .map(Self)
    }

    /// Whether this address is one of them.
    pub fn contains(&self, addr: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&addr))
    }
}

fn network(text: &str) -> Option<IpNet> {
    let network = match text.parse::<IpAddr>() {
        Ok(addr) => IpNet::from(addr),
        Err(_) => text.parse().ok()?,
    };
    // Peers are compared as IPv4 where possible, so an IPv4-mapped block would never match.
    if let IpNet::V6(mapped) = network
        && let Some(addr) = mapped.addr().to_ipv4_mapped()
        && let Some(length) = mapped.prefix_len().checked_sub(96)
    {
        return Ipv4Net::new(addr, length).ok().map(IpNet::V4);
    }
    Some(network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_a_mistake_is_refused() {
        for list in [
            "",
            ",",
            "10.0.0.1,",
            "10.0.0.1 10.0.0.2",
            "10.0.0.1;10.0.0.2",
            "localhost",
            "*",
            "10.0.0.0/33",
            "fd00::/129",
            "10.0.0.0/",
            "10.0.0.1:80",
            "[::1]",
        ] {
            assert!(TrustedProxies::parse(list).is_none(), "{list}");
        }
        assert!(TrustedProxies::parse(" 10.0.0.1 ,\tfd00::/8 ").is_some());
    }
}
