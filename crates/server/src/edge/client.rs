//! What a request says about who sent it, read once and without allocating.

use http::header::{self, HeaderName};
use http::{HeaderMap, Uri};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;
use whence_domain::tracking::screening::Purpose;

/// The longest agent description that is kept, in bytes.
const USER_AGENT: usize = 512;

const SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
const PURPOSE: HeaderName = HeaderName::from_static("purpose");
const X_PURPOSE: HeaderName = HeaderName::from_static("x-purpose");
const X_MOZ: HeaderName = HeaderName::from_static("x-moz");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const SEC_GPC: HeaderName = HeaderName::from_static("sec-gpc");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A header as text, if it is there and is text.
pub fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The host that was asked for, in lower case, without port and trailing dot. An absolute address in the request line goes
/// before the `Host` header, as HTTP has it.
pub fn host(uri: &Uri, headers: &HeaderMap) -> String {
    let authority = uri.authority().map(http::uri::Authority::as_str).or_else(|| text(headers, &header::HOST));
    let authority = authority.unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// Whether a host, as [`host`] gives it, names this machine: such hosts count as the app host.
pub fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host);
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What the browser says the request is for.
pub fn purpose(headers: &HeaderMap) -> Purpose<'_> {
    let declared = [SEC_PURPOSE, PURPOSE, X_PURPOSE, X_MOZ];
    Purpose {
        declared: declared.iter().find_map(|name| text(headers, name)),
        fetch_mode: text(headers, &SEC_FETCH_MODE),
        fetch_dest: text(headers, &SEC_FETCH_DEST),
    }
}

/// Whether the browser asks not to be tracked by sale or sharing (`Sec-GPC: 1`).
pub fn gpc(headers: &HeaderMap) -> bool {
    text(headers, &SEC_GPC).is_some_and(|value| value.trim() == "1")
}

/// The agent's own description, cut to a length that is kept.
pub fn user_agent(headers: &HeaderMap) -> Option<&str> {
    let whole = text(headers, &header::USER_AGENT)?;
    Some(cut(whole, USER_AGENT))
}

/// The host of the page that the visitor came from.
pub fn referrer_host(headers: &HeaderMap) -> Option<&str> {
    host_of(text(headers, &header::REFERER)?)
}

/// The host within an http or https address, without parsing all of it.
pub fn host_of(address: &str) -> Option<&str> {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    (!host.is_empty() && host.len() <= 253).then_some(host)
}

/// The beginning of a text, at most so many bytes, whole characters only.
pub fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

/// The network of an address, which is what is kept of it: /24 of IPv4, /48 of IPv6.
pub fn prefix(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

/// A network of proxies whose `X-Forwarded-For` is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: u128,
    mask: u128,
}

/// The text is no network such as `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a network is written like 10.0.0.0/8 or 2001:db8::/32")]
pub struct NotANetwork;

impl FromStr for Network {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let (address, bits) = text.trim().split_once('/').map_or((text.trim(), None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| NotANetwork)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits: u32 = bits.map_or(Ok(width), str::parse).map_err(|_| NotANetwork)?;
        let open = width.checked_sub(bits).ok_or(NotANetwork)?;
        let mask = u128::MAX.checked_shl(open).unwrap_or(0);
        Ok(Self { address: as_bits(address) & mask, mask })
    }
}

impl Network {
    /// Whether an address lies in it.
    pub fn contains(self, address: IpAddr) -> bool {
        as_bits(address) & self.mask == self.address
    }
}

/// IPv4 as the mapped IPv6 address, so that both compare.
fn as_bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_ipv6_mapped()),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The visitor's address: the peer's, or, behind trusted proxies, the last one in `X-Forwarded-For` that is not a proxy's.
/// What stands before that one was written by the visitor and proves nothing.
pub fn address(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut visitor = peer.to_canonical();
    if proxies.is_empty() || !trusted(visitor) {
        return visitor;
    }
    let values = headers.get_all(FORWARDED_FOR);
    let hops: Vec<&str> =
        values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).collect();
    for hop in hops.into_iter().rev() {
        let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
        visitor = hop.to_canonical();
        if !trusted(visitor) {
            break;
        }
    }
    visitor
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), http::HeaderValue::from_static(value))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn the_host_is_read_without_port_case_and_trailing_dot() {
        let uri = Uri::from_static("/bo");
        for (sent, host_name) in [
            ("Go.Shop.Test:8080", "go.shop.test"),
            ("go.shop.test.", "go.shop.test"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
            ("127.0.0.1", "127.0.0.1"),
        ] {
            assert_eq!(host(&uri, &headers(&[("host", sent)])), host_name);
        }
        assert_eq!(host(&Uri::from_static("http://a.test/x"), &headers(&[("host", "b.test")])), "a.test");
        assert_eq!(host(&uri, &HeaderMap::new()), "");
    }

    #[test]
    fn this_machine_is_known_by_its_literal_addresses() {
        for host in ["localhost", "127.0.0.1", "127.8.0.1", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.evil.com", "10.0.0.1", "", "[::2]"] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn forwarded_addresses_are_believed_of_trusted_proxies_only() {
        let proxies: Vec<Network> = vec!["10.0.0.0/8".parse().expect("a network")];
        let peer: IpAddr = "10.1.2.3".parse().expect("an address");
        let sent = headers(&[("x-forwarded-for", "6.6.6.6, 203.0.113.9, 10.9.9.9")]);
        assert_eq!(address(peer, &sent, &proxies).to_string(), "203.0.113.9");
        assert_eq!(address(peer, &sent, &[]), peer);
        let stranger: IpAddr = "198.51.100.1".parse().expect("an address");
        assert_eq!(address(stranger, &sent, &proxies), stranger);
        assert_eq!(address(peer, &headers(&[("x-forwarded-for", "nonsense")]), &proxies), peer);
    }

    #[test]
    fn of_an_address_only_the_network_is_kept() {
        assert_eq!(prefix("203.0.113.77".parse().expect("an address")), "203.0.113.0/24");
        assert_eq!(prefix("::ffff:203.0.113.77".parse().expect("an address")), "203.0.113.0/24");
        assert_eq!(prefix("2001:db8:1:2::3".parse().expect("an address")), "2001:db8:1::/48");
    }

    #[test]
    fn a_referrer_gives_its_host_alone() {
        assert_eq!(host_of("https://user@blog.test:8443/post?x#y"), Some("blog.test"));
        assert_eq!(host_of("android-app://com.example"), None);
        assert_eq!(host_of("https:///x"), None);
    }

    #[test]
    fn networks_are_read_with_care() {
        assert!("10.0.0.0/33".parse::<Network>().is_err());
        assert!("ten".parse::<Network>().is_err());
        let all: Network = "::/0".parse().expect("a network");
        assert!(all.contains("8.8.8.8".parse().expect("an address")));
        let one: Network = "127.0.0.1".parse().expect("a network");
        assert!(one.contains("127.0.0.1".parse().expect("an address")));
        assert!(!one.contains("127.0.0.2".parse().expect("an address")));
    }
}
