//! The four cookies that carry a click on the company's own site (`product.md` 4 "Cookies and consent", `wire.md` 1.4),
//! and what an earlier click left in them.

use super::xid::{KeyRing, Xid};

/// The cookies' names: the click id and the partner key, in both generations.
pub const XID_COOKIE: &str = "ps_xid";
/// The partner key, newer generation.
pub const PARTNER_KEY_COOKIE: &str = "ps_partner_key";
/// The click id, older generation.
pub const OLD_XID_COOKIE: &str = "gsxid";
/// The partner key, older generation; what people look for in their browser's tools.
pub const OLD_PARTNER_KEY_COOKIE: &str = "growSumoPartnerKey";

/// 90 days in seconds.
pub const COOKIE_SECONDS: u32 = 90 * 86_400;

/// The most earlier ids that are stored with a click.
pub const EARLIER_IDS: usize = 5;

/// Where the cookies are valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// On a registrable domain and everything below it.
    Domain(String),
    /// On this host alone: an address, `localhost`, or a host directly under a public suffix.
    HostOnly,
}

impl Scope {
    /// The widest scope that a browser lets `host` set.
    pub fn of(host: &str) -> Self {
        registrable_domain(host).map_or(Self::HostOnly, Self::Domain)
    }
}

/// The registrable domain of a host name (`shop.com` of `go.shop.com`), lower case; `None` for addresses, single labels
/// and public suffixes themselves.
pub fn registrable_domain(host: &str) -> Option<String> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[') {
        return None;
    }
    psl::domain_str(&host).map(str::to_owned)
}

/// Whether two hosts belong to one site: the same registrable domain, or the very same host.
pub fn same_site(one: &str, other: &str) -> bool {
    match (registrable_domain(one), registrable_domain(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.eq_ignore_ascii_case(other),
    }
}

/// The values of the four `Set-Cookie` headers. Scripts must be able to read them, so they are not `HttpOnly`.
pub fn set_cookies(scope: &Scope, secure: bool, partner_key: &str, xid: &Xid) -> [String; 4] {
    let domain = match scope {
        Scope::Domain(domain) => format!("; Domain={domain}"),
        Scope::HostOnly => String::new(),
    };
    let secure = if secure { "; Secure" } else { "" };
    let cookie =
        |name, value| format!("{name}={value}; Path=/{domain}; Max-Age={COOKIE_SECONDS}; SameSite=Lax{secure}");
    let xid = xid.as_str();
    [
        cookie(XID_COOKIE, xid),
        cookie(PARTNER_KEY_COOKIE, partner_key),
        cookie(OLD_XID_COOKIE, xid),
        cookie(OLD_PARTNER_KEY_COOKIE, partner_key),
    ]
}

/// The genuine click ids in a request's `Cookie` headers, each once, at most [`EARLIER_IDS`], in the order sent. Two
/// cookies of one name (one of the host, one of the domain) are both read.
pub fn earlier_ids<'a>(headers: impl IntoIterator<Item = &'a str>, keys: &KeyRing) -> Vec<Xid> {
    let mut ids: Vec<Xid> = Vec::new();
    for (name, value) in headers.into_iter().flat_map(cookies) {
        if ids.len() == EARLIER_IDS {
            break;
        }
        if name != XID_COOKIE && name != OLD_XID_COOKIE {
            continue;
        }
        if let Ok(xid) = Xid::parse(value)
            && !ids.contains(&xid)
            && keys.verify(value).is_ok()
        {
            ids.push(xid);
        }
    }
    ids
}

/// The value of one cookie.
pub fn cookie_value<'a>(header: &'a str, wanted: &str) -> Option<&'a str> {
    cookies(header).find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

fn cookies(header: &str) -> impl Iterator<Item = (&str, &str)> {
    header.split(';').filter_map(|pair| pair.split_once('=')).map(|(name, value)| {
        let value = value.trim();
        (name.trim(), value.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(value))
    })
}

/// Whether a cookie that a page on `host` could keep for `domain` (empty: for the host alone) is valid on the whole site.
/// A page's own tool may cut the domain off, and then the snippet believes that it got one wider than the site: such a one
/// is none. A host without a registrable domain is its own site.
pub fn covers_site(host: &str, domain: &str) -> bool {
    registrable_domain(host).is_none_or(|site| site == domain || (domain.is_empty() && site == host))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Mode;
    use crate::tracking::{ClickKey, Outcome, XidFields};

    fn ring() -> KeyRing {
        KeyRing::new([(1, b"secret".as_slice())]).expect("one key")
    }

    fn xid(counter: u16) -> Xid {
        ring().mint(&XidFields {
            link_number: 1,
            mode: Mode::Live,
            class: Outcome::Counted,
            key: ClickKey { incarnation: 1, millis: 1_772_323_200_000, counter },
        })
    }

    #[test]
    fn cookies_are_those_of_the_registrable_domain_for_ninety_days() {
        let [first, second, third, fourth] = set_cookies(&Scope::of("go.shop.com"), true, "bo", &xid(0));
        let rest = "Path=/; Domain=shop.com; Max-Age=7776000; SameSite=Lax; Secure";
        assert_eq!(first, format!("ps_xid={}; {rest}", xid(0)));
        assert_eq!(second, format!("ps_partner_key=bo; {rest}"));
        assert_eq!(third, format!("gsxid={}; {rest}", xid(0)));
        assert_eq!(fourth, format!("growSumoPartnerKey=bo; {rest}"));
    }

    #[test]
    fn where_no_domain_can_be_set_the_cookie_is_the_hosts_own() {
        for host in ["localhost", "127.0.0.1", "[::1]", "co.uk", "github.io"] {
            assert_eq!(Scope::of(host), Scope::HostOnly, "{host}");
        }
        let [cookie, ..] = set_cookies(&Scope::HostOnly, false, "bo", &xid(0));
        assert_eq!(cookie, format!("ps_xid={}; Path=/; Max-Age=7776000; SameSite=Lax", xid(0)));
    }

    #[test]
    fn the_registrable_domain_follows_the_public_suffix_list() {
        for (host, domain) in [
            ("go.shop.com", "shop.com"),
            ("Go.Shop.co.uk.", "shop.co.uk"),
            ("a.b.user.github.io", "user.github.io"),
            ("go.shop.test", "shop.test"),
        ] {
            assert_eq!(registrable_domain(host).as_deref(), Some(domain));
        }
    }

    #[test]
    fn hosts_of_one_site_share_their_registrable_domain() {
        assert!(same_site("go.shop.com", "www.shop.com"));
        assert!(!same_site("one.github.io", "two.github.io"));
        assert!(same_site("localhost", "LOCALHOST"));
        assert!(!same_site("127.0.0.1", "127.0.0.2"));
    }

    #[test]
    fn only_genuine_ids_are_read_each_once_and_at_most_five() {
        let forged = xid(1).as_str().replace(|c: char| c.is_ascii_digit(), "9");
        let header = format!("a=b; ps_xid={}; gsxid={}; ps_xid=\"{}\"; gsxid={forged}", xid(1), xid(1), xid(2));
        assert_eq!(earlier_ids([header.as_str(), "ps_xid=", "; ;=;"], &ring()), [xid(1), xid(2)]);
        let many: Vec<String> = (0..9).map(|n| format!("ps_xid={}", xid(n))).collect();
        assert_eq!(earlier_ids(many.iter().map(String::as_str), &ring()).len(), EARLIER_IDS);
    }
}
