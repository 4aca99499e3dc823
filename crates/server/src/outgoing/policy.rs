//! What the operator lets us call: everything public on the usual ports, and the networks that they list on every port.

use super::Refused;
use super::address::forbidden;
use crate::edge::client::Network;
use std::net::IpAddr;

/// The ports of http and https.
const USUAL_PORTS: [u16; 2] = [80, 443];

/// The rule for connections that somebody else's word makes us open. There is one, the same in every build; tests list
/// networks as an operator does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    allowed: Vec<Network>,
    ports: Vec<u16>,
}

impl Default for Policy {
    /// Public addresses on the usual ports.
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Policy {
    /// Public addresses, and these networks (`WHENCE_LINK_CHECK_ALLOW`).
    pub fn new(allowed: Vec<Network>) -> Self {
        Self { allowed, ports: USUAL_PORTS.to_vec() }
    }

    /// The same with these ports besides the usual ones.
    #[must_use]
    pub fn with_ports(mut self, ports: &[u16]) -> Self {
        self.ports.extend_from_slice(ports);
        self
    }

    /// Whether a connection may be opened.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, address: IpAddr, port: u16) -> Result<(), Refused> {
        if self.allowed.iter().any(|network| network.contains(address)) {
            return Ok(());
        }
        if let Some(class) = forbidden(address) {
            return Err(Refused::Address { address, class });
        }
        if self.ports.contains(&port) { Ok(()) } else { Err(Refused::Port(port)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(networks: &[&str]) -> Policy {
        Policy::new(networks.iter().map(|network| network.parse().expect("a network")).collect())
    }

    fn may(policy: &Policy, address: &str, port: u16) -> bool {
        policy.check(address.parse().expect("an address"), port).is_ok()
    }

    #[test]
    fn public_addresses_are_called_on_the_usual_ports_only() {
        let strict = Policy::default();
        assert!(may(&strict, "8.8.8.8", 80) && may(&strict, "8.8.8.8", 443) && may(&strict, "2606:4700::1", 443));
        for port in [0, 22, 25, 81, 8080, 5432, 65535] {
            assert!(!may(&strict, "8.8.8.8", port), "{port}");
        }
    }

    #[test]
    fn a_listed_network_is_called_on_every_port_and_nothing_beside_it() {
        let listed = policy(&["127.0.0.1/32", "fd00::/8"]);
        for port in [1, 80, 8081] {
            assert!(may(&listed, "127.0.0.1", port) && may(&listed, "::ffff:127.0.0.1", port));
            assert!(may(&listed, "fd12::1", port));
        }
        for address in ["127.0.0.2", "::1", "10.0.0.1", "fc00::1", "0.0.0.0", "::127.0.0.1"] {
            assert!(!may(&listed, address, 80), "{address}");
        }
        assert!(!may(&listed, "8.8.8.8", 8081));
    }
}
