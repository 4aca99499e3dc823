//! Where a link may lead. Redirects only ever go to stored destinations that passed here (`product.md` 4 "Hosts").

use serde::{Deserialize, Serialize};
use std::fmt;
use url::Url;

/// Characters that a destination has at most.
pub const MAX_DESTINATION_LENGTH: usize = 2048;

/// An absolute http or https address with a host and without credentials. Kept as it was written, so that the
/// destination's own query is passed on untouched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Destination(String);

/// Why an address is no destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestinationError {
    /// More than 2048 characters.
    #[error("a destination has at most 2048 characters")]
    Length,
    /// Not an absolute address.
    #[error("a destination is an absolute address, such as https://shop.com/landing")]
    NotAbsolute,
    /// Some other scheme.
    #[error("a destination begins with http:// or https://")]
    Scheme,
    /// No host.
    #[error("a destination names a host")]
    Host,
    /// A user name or a password in it.
    #[error("a destination carries no user name or password")]
    Credentials,
    /// A character that no address can have as written: space, a line end, a control character.
    #[error("a destination has no spaces or control characters")]
    Character,
    /// A host that the program does not list.
    #[error("the program does not allow this host as a destination")]
    NotAllowed,
}

impl DestinationError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "dest_length",
            Self::NotAbsolute => "dest_not_absolute",
            Self::Scheme => "dest_scheme",
            Self::Host => "dest_host",
            Self::Credentials => "dest_credentials",
            Self::Character => "dest_character",
            Self::NotAllowed => "destination_not_allowed",
        }
    }
}

impl Destination {
    /// Reads an address and holds it against everything but the program's list of hosts.
    pub fn parse(text: &str) -> Result<Self, DestinationError> {
        let text = text.trim();
        if text.len() > MAX_DESTINATION_LENGTH {
            return Err(DestinationError::Length);
        }
        // A parser would drop line ends silently, and what is stored goes into a header as it stands.
        if text.chars().any(|character| character.is_whitespace() || character.is_control()) {
            return Err(DestinationError::Character);
        }
        let url = Url::parse(text).map_err(|error| match error {
            url::ParseError::EmptyHost => DestinationError::Host,
            _ => DestinationError::NotAbsolute,
        })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(DestinationError::Scheme);
        }
        // `https:shop.com` and `https:\\shop.com` parse, but other readers take them for something else.
        if !text.get(url.scheme().len()..).is_some_and(|rest| rest.starts_with("://")) || text.contains('\\') {
            return Err(DestinationError::NotAbsolute);
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(DestinationError::Host);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(DestinationError::Credentials);
        }
        Ok(Self(ascii(text, &url)))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host in lower case, without a port.
    pub fn host(&self) -> String {
        Url::parse(&self.0).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// The address as written where it is ASCII already; otherwise in the parser's escaped form, since a header carries ASCII.
fn ascii(text: &str, url: &Url) -> String {
    if text.is_ascii() { text.to_owned() } else { url.to_string() }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Destination {
    type Error = DestinationError;

    fn try_from(text: String) -> Result<Self, DestinationError> {
        Self::parse(&text)
    }
}

impl From<Destination> for String {
    fn from(destination: Destination) -> Self {
        destination.0
    }
}

/// Which hosts a program's links may lead to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DestinationRule {
    /// The registrable domain of the company's site; it and everything under it is allowed.
    pub site_domain: String,
    /// Further hosts; each allows itself and everything under it.
    pub allowed_hosts: Vec<String>,
}

impl DestinationRule {
    /// Lets a destination through if its host is one of the program's.
    pub fn check(&self, destination: Destination) -> Result<Destination, DestinationError> {
        let host = destination.host();
        if self.allows(&host) { Ok(destination) } else { Err(DestinationError::NotAllowed) }
    }

    /// Whether the program allows a host.
    pub fn allows(&self, host: &str) -> bool {
        let listed = std::iter::once(&self.site_domain).chain(&self.allowed_hosts);
        listed.into_iter().any(|domain| is_under(host, domain))
    }
}

/// Whether `host` is `domain` or lies under it.
fn is_under(host: &str, domain: &str) -> bool {
    let (host, domain) = (host.to_ascii_lowercase(), domain.to_ascii_lowercase());
    !domain.is_empty() && host.strip_suffix(&domain).is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_kept_as_it_was_written() {
        for text in ["https://shop.com", "http://shop.com:8080/a?b=%20c&d#e", "HTTPS://Shop.com/A?x=1+2"] {
            assert_eq!(Destination::parse(text).expect("a destination").as_str(), text);
        }
        assert_eq!(Destination::parse("https://Shop.com:8443/").expect("a destination").host(), "shop.com");
        let escaped = Destination::parse("https://bücher.example/ü").expect("a destination");
        assert_eq!(escaped.as_str(), "https://xn--bcher-kva.example/%C3%BC");
    }

    #[test]
    fn what_is_no_destination_is_refused_with_the_reason() {
        let table = [
            ("/landing", DestinationError::NotAbsolute),
            ("shop.com/landing", DestinationError::NotAbsolute),
            ("//shop.com", DestinationError::NotAbsolute),
            ("https:shop.com", DestinationError::NotAbsolute),
            ("https:\\\\shop.com", DestinationError::NotAbsolute),
            ("javascript:alert(1)", DestinationError::Scheme),
            ("ftp://shop.com", DestinationError::Scheme),
            ("https://", DestinationError::Host),
            ("https://ada@shop.com", DestinationError::Credentials),
            ("https://ada:pw@shop.com", DestinationError::Credentials),
            ("https://shop.com/a b", DestinationError::Character),
            ("https://shop.com/\r\nX: y", DestinationError::Character),
        ];
        for (text, expected) in table {
            assert_eq!(Destination::parse(text), Err(expected), "{text}");
        }
        let long = format!("https://shop.com/{}", "a".repeat(MAX_DESTINATION_LENGTH));
        assert_eq!(Destination::parse(&long), Err(DestinationError::Length));
    }

    #[test]
    fn only_the_programs_hosts_are_allowed() {
        let rule = DestinationRule { site_domain: "shop.com".into(), allowed_hosts: vec!["blog.example".into()] };
        for host in ["shop.com", "www.shop.com", "WWW.Shop.com", "blog.example", "a.blog.example"] {
            assert!(rule.allows(host), "{host}");
        }
        for host in ["notshop.com", "shop.com.evil.example", "example", ""] {
            assert!(!rule.allows(host), "{host}");
        }
    }
}
