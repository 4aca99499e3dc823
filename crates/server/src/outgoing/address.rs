//! Which addresses this machine may be made to call. Pure: an address in, a verdict out.
//!
//! Whoever may name an address that we fetch could otherwise reach through us what only we can: this machine, its private
//! network, a cloud's metadata service (`reliability.md` P13).

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why an address may not be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Forbidden {
    /// `0.0.0.0/8` and `::`: "this network", which systems take for this machine.
    Unspecified,
    /// This machine itself.
    Loopback,
    /// A private network.
    Private,
    /// A carrier's own network (`100.64.0.0/10`).
    Carrier,
    /// The local link only; a cloud's metadata service lies here.
    LinkLocal,
    /// Many receivers at once.
    Multicast,
    /// Set aside for protocols, measurements or documentation.
    Reserved,
    /// An IPv6 address that leads to an IPv4 one through a tunnel or translator nobody can vouch for.
    Tunnel,
}

impl Forbidden {
    /// The class in words: "127.0.0.1 is …".
    pub fn words(self) -> &'static str {
        match self {
            Self::Unspecified => "an unspecified address",
            Self::Loopback => "this machine itself",
            Self::Private => "in a private network",
            Self::Carrier => "in a carrier's private network",
            Self::LinkLocal => "in the local network only",
            Self::Multicast => "a multicast address",
            Self::Reserved => "in a reserved network",
            Self::Tunnel => "a tunnel's address",
        }
    }
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// IPv4 networks that may not be called: first address, bits, class.
const IPV4: &[(Ipv4Addr, u32, Forbidden)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, Forbidden::Unspecified),
    (Ipv4Addr::new(10, 0, 0, 0), 8, Forbidden::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, Forbidden::Carrier),
    (Ipv4Addr::new(127, 0, 0, 0), 8, Forbidden::Loopback),
    (Ipv4Addr::new(169, 254, 0, 0), 16, Forbidden::LinkLocal),
    (Ipv4Addr::new(172, 16, 0, 0), 12, Forbidden::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, Forbidden::Reserved),
    (Ipv4Addr::new(192, 0, 2, 0), 24, Forbidden::Reserved),
    (Ipv4Addr::new(192, 88, 99, 0), 24, Forbidden::Tunnel),
    (Ipv4Addr::new(192, 168, 0, 0), 16, Forbidden::Private),
    (Ipv4Addr::new(198, 18, 0, 0), 15, Forbidden::Reserved),
    (Ipv4Addr::new(198, 51, 100, 0), 24, Forbidden::Reserved),
    (Ipv4Addr::new(203, 0, 113, 0), 24, Forbidden::Reserved),
    (Ipv4Addr::new(224, 0, 0, 0), 4, Forbidden::Multicast),
    (Ipv4Addr::new(240, 0, 0, 0), 4, Forbidden::Reserved),
];

/// IPv6 networks that may not be called, whatever lies in them.
const IPV6: &[(Ipv6Addr, u32, Forbidden)] = &[
    (Ipv6Addr::UNSPECIFIED, 128, Forbidden::Unspecified),
    (Ipv6Addr::LOCALHOST, 128, Forbidden::Loopback),
    // IPv4-compatible addresses, long deprecated.
    (Ipv6Addr::UNSPECIFIED, 96, Forbidden::Tunnel),
    // Translators of a network's own.
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, Forbidden::Tunnel),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, Forbidden::Reserved),
    // Protocol assignments, Teredo among them.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, Forbidden::Tunnel),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, Forbidden::Reserved),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, Forbidden::Reserved),
    // 6to4: whatever IPv4 address stands in it, nobody serves pages there.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, Forbidden::Tunnel),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, Forbidden::Reserved),
    (Ipv6Addr::new(0x5f00, 0, 0, 0, 0, 0, 0, 0), 16, Forbidden::Reserved),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, Forbidden::Private),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, Forbidden::LinkLocal),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, Forbidden::Private),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, Forbidden::Multicast),
];

/// Why an address may not be called; nothing if it may.
pub fn forbidden(address: IpAddr) -> Option<Forbidden> {
    match address {
        IpAddr::V4(address) => forbidden_v4(address),
        IpAddr::V6(address) => forbidden_v6(address),
    }
}

fn forbidden_v4(address: Ipv4Addr) -> Option<Forbidden> {
    let bits = u32::from(address);
    IPV4.iter()
        .find(|(first, length, _)| (bits ^ u32::from(*first)).leading_zeros() >= *length)
        .map(|(.., class)| *class)
}

fn forbidden_v6(address: Ipv6Addr) -> Option<Forbidden> {
    if let Some(inner) = inner_v4(address) {
        return forbidden_v4(inner);
    }
    let bits = u128::from(address);
    IPV6.iter()
        .find(|(first, length, _)| (bits ^ u128::from(*first)).leading_zeros() >= *length)
        .map(|(.., class)| *class)
}

/// The IPv4 address that a mapped (`::ffff:0:0/96`) or translated (`64:ff9b::/96`) address stands for: the same machine
/// answers, so the same rule holds.
fn inner_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, high, low] = address.segments();
    let is_mapped = [a, b, c, d, e, f] == [0, 0, 0, 0, 0, 0xffff];
    let is_translated = [a, b, c, d, e, f] == [0x64, 0xff9b, 0, 0, 0, 0];
    (is_mapped || is_translated).then(|| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(text: &str) -> Option<Forbidden> {
        forbidden(text.parse().expect("an address"))
    }

    #[test]
    fn the_first_and_last_address_of_each_network_are_forbidden_and_their_neighbours_are_not() {
        let table = [
            ("0.0.0.0", "0.255.255.255", Forbidden::Unspecified),
            ("10.0.0.0", "10.255.255.255", Forbidden::Private),
            ("100.64.0.0", "100.127.255.255", Forbidden::Carrier),
            ("127.0.0.0", "127.255.255.255", Forbidden::Loopback),
            ("169.254.0.0", "169.254.255.255", Forbidden::LinkLocal),
            ("172.16.0.0", "172.31.255.255", Forbidden::Private),
            ("192.0.0.0", "192.0.0.255", Forbidden::Reserved),
            ("192.0.2.0", "192.0.2.255", Forbidden::Reserved),
            ("192.88.99.0", "192.88.99.255", Forbidden::Tunnel),
            ("192.168.0.0", "192.168.255.255", Forbidden::Private),
            ("198.18.0.0", "198.19.255.255", Forbidden::Reserved),
            ("198.51.100.0", "198.51.100.255", Forbidden::Reserved),
            ("203.0.113.0", "203.0.113.255", Forbidden::Reserved),
            ("224.0.0.0", "239.255.255.255", Forbidden::Multicast),
            ("240.0.0.0", "255.255.255.255", Forbidden::Reserved),
            ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Forbidden::Private),
            ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Forbidden::LinkLocal),
            ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Forbidden::Private),
            ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Forbidden::Multicast),
            ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", Forbidden::Tunnel),
            ("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", Forbidden::Tunnel),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", Forbidden::Reserved),
            ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", Forbidden::Tunnel),
        ];
        for (first, last, expected) in table {
            for address in [first, last] {
                assert_eq!(class(address), Some(expected), "{address}");
            }
        }
        for neighbour in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "191.255.255.255",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "8.8.8.8",
            "2606:4700::1",
            "2a00:1450::1",
            "2001:4860::8888",
            "2003::1",
            "64:ff9c::1",
        ] {
            assert_eq!(class(neighbour), None, "{neighbour}");
        }
    }

    #[test]
    fn every_first_octet_is_judged_as_the_registry_of_special_addresses_has_it() {
        let whole = |octet: u8| matches!(octet, 0 | 10 | 127 | 224..=255);
        for octet in 0..=255 {
            // 7.7.7 lies in no smaller network of any first octet.
            assert_eq!(forbidden(IpAddr::from([octet, 7, 7, 7])).is_some(), whole(octet), "{octet}");
        }
    }

    #[test]
    fn an_ipv4_address_within_an_ipv6_one_is_judged_as_itself_or_refused_with_its_tunnel() {
        for inner in ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "0.0.0.0"] {
            for outer in ["::ffff:", "64:ff9b::"] {
                assert_eq!(class(&format!("{outer}{inner}")), class(inner), "{outer}{inner}");
            }
            assert!(class(&format!("::{inner}")).is_some(), "::{inner}");
        }
        for outer in ["::ffff:", "64:ff9b::"] {
            assert_eq!(class(&format!("{outer}8.8.8.8")), None, "{outer}8.8.8.8");
        }
        for tunnel in ["2002:7f00:1::", "2002:808:808::1", "2001:0:7f00:1::", "2001:0:808:808::80ff:fffe", "::8.8.8.8"]
        {
            assert_eq!(class(tunnel), Some(Forbidden::Tunnel), "{tunnel}");
        }
        for (address, expected) in [("::", Forbidden::Unspecified), ("::1", Forbidden::Loopback)] {
            assert_eq!(class(address), Some(expected), "{address}");
        }
    }
}
