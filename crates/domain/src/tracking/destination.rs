//! The address that a click is redirected to, and reading it back on the landing page (`product.md` 5 "Link",
//! `wire.md` 1.5).
//!
//! The stored destination is copied byte by byte: parsing and re-serialising an address changes the company's own
//! parameters, so ours are appended as text.

use super::xid::Xid;
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode, percent_encode, utf8_percent_encode};

/// Parameters of ours; a visitor's of the same name are left out, whatever their case.
const OURS: [&str; 4] = ["ps_partner_key", "ps_xid", "gspk", "gsxid"];

/// The longest sub-id that is kept, in characters (`wire.md` 2.4).
pub const SUB_ID_CHARACTERS: usize = 255;

/// The most sub-ids that are kept of one click.
pub const SUB_IDS: usize = 10;

/// A `Location` never grows beyond this: parameters of the visitor that would make it longer are left out.
pub const LOCATION_BYTES: usize = 8_192;

/// What may not stand unescaped in the visitor's part of a `Location`. `%` may: it begins what is escaped already.
const UNSAFE_IN_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'\\');

const READ_STANDARD: GeneralPurpose = GeneralPurpose::new(&STANDARD, READ);
const READ_URL_SAFE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, READ);
const READ: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// A link's stored destination, cut where parameters are inserted. Made once per link, not per click.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectTarget {
    /// Up to the fragment, ending so that a parameter may follow: with `?`, or `?…&`.
    before: Box<str>,
    /// The fragment with its `#`, or nothing.
    fragment: Box<str>,
    /// The decoded names of its own parameters.
    names: Box<[String]>,
}

impl RedirectTarget {
    /// Prepares a stored destination. It was validated when it was stored; `None` if it is nevertheless nothing that may
    /// stand in a `Location`, whoever stored it.
    pub fn prepare(dest: &str) -> Option<Self> {
        let clean =
            dest.bytes().all(|byte| (0x21..=0x7e).contains(&byte) && !matches!(byte, b'\\' | b'<' | b'>' | b'"'));
        let (scheme, rest) = dest.split_once("://")?;
        let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
        (clean && is_http && !rest.starts_with(['/', '?', '#'])).then(|| Self::cut(dest))
    }

    fn cut(address: &str) -> Self {
        let (whole, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
        let (path, query) = whole.split_once('?').map_or((whole, None), |(path, query)| (path, Some(query)));
        let mut before = path.to_owned();
        // `https://shop.com?x=1` is legal but some servers trip over it.
        if before.matches('/').count() == 2 {
            before.push('/');
        }
        before.push('?');
        if let Some(query) = query {
            before.push_str(query);
            if !query.is_empty() && !query.ends_with('&') {
                before.push('&');
            }
        }
        let names = query.map(|query| parameters(query).map(|(name, _)| decode(name)).collect()).unwrap_or_default();
        Self { before: before.into(), fragment: fragment.into(), names }
    }

    /// The `Location` of a click: the destination, the visitor's other parameters, ours, and the fragment last.
    ///
    /// `incoming` is the raw query of the request; `partner_key` is the key as [`encode_partner_key`] writes it.
    pub fn location(&self, incoming: &str, partner_key: &str, xid: &Xid) -> String {
        let xid = xid.as_str();
        let room =
            LOCATION_BYTES.saturating_sub(self.before.len() + self.fragment.len() + 4 * 64 + 2 * partner_key.len());
        let mut location = String::with_capacity(self.before.len() + self.fragment.len() + incoming.len() + 256);
        location.push_str(&self.before);
        self.pass_through(incoming, room, &mut location);
        for (name, value) in OURS.iter().zip([partner_key, xid, partner_key, xid]) {
            location.push_str(name);
            location.push('=');
            location.push_str(value);
            location.push('&');
        }
        location.pop();
        location.push_str(&self.fragment);
        location
    }

    /// Appends the visitor's parameters, each followed by `&`.
    fn pass_through(&self, incoming: &str, mut room: usize, location: &mut String) {
        for pair in incoming.split('&').filter(|pair| !pair.is_empty()) {
            let name = decode(pair.split_once('=').map_or(pair, |(name, _)| name));
            let taken = is_sub_id(&name) || is_ours(&name) || self.names.contains(&name);
            let before = location.len();
            if !taken {
                location.extend(percent_encode(pair.as_bytes(), UNSAFE_IN_QUERY));
                location.push('&');
            }
            let added = location.len() - before;
            if added > room {
                location.truncate(before);
            } else {
                room -= added;
            }
        }
    }
}

/// The sub-ids of a request (`sid`, `sid1`, `sid2`, …), decoded, in the order of the query. Over-long ones are cut, empty
/// ones left out.
pub fn sub_ids(query: &str) -> Vec<String> {
    parameters(query)
        .filter(|(name, value)| !value.is_empty() && is_sub_id(&decode(name)))
        .map(|(_, value)| decode(value).chars().filter(|c| *c != '\0').take(SUB_ID_CHARACTERS).collect())
        .take(SUB_IDS)
        .collect()
}

/// The names of a query's parameters, each once, without their values: what is kept of `page` and `referrer`.
pub fn parameter_names(query: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in parameters(query) {
        let name: String = decode(name).chars().filter(|c| !c.is_control()).take(100).collect();
        if !name.is_empty() && names.len() < 50 && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// What a landing page finds in its address. Names count in any case; the newer generation wins over the older.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LandingParameters {
    /// The decoded partner key.
    pub partner_key: Option<String>,
    /// The click id, unverified.
    pub xid: Option<String>,
}

impl LandingParameters {
    /// Reads them from a query.
    pub fn read(query: &str) -> Self {
        let find = |wanted: &str| {
            parameters(query)
                .find(|(name, value)| !value.is_empty() && decode(name).eq_ignore_ascii_case(wanted))
                .map(|(_, value)| decode(value))
        };
        let key = |name| find(name).and_then(|value| decode_partner_key(&value));
        Self {
            partner_key: key("ps_partner_key").or_else(|| key("gspk")),
            xid: find("ps_xid").or_else(|| find("gsxid")),
        }
    }
}

/// A partner key as it stands in an address: base64 without padding, escaped where the alphabet needs it.
pub fn encode_partner_key(partner_key: &str) -> String {
    let encoded = base64::engine::general_purpose::STANDARD_NO_PAD.encode(partner_key);
    utf8_percent_encode(&encoded, NON_ALPHANUMERIC).to_string()
}

/// Reads a partner key back: either alphabet, with or without padding, and with the spaces that a form decoder makes of
/// `+`. `None` if it is no base64 of readable text.
pub fn decode_partner_key(encoded: &str) -> Option<String> {
    let text = encoded.trim_matches(['\t', '\r', '\n']).replace(' ', "+");
    let bytes = READ_STANDARD.decode(&text).or_else(|_| READ_URL_SAFE.decode(&text)).ok()?;
    String::from_utf8(bytes).ok().filter(|key| !key.is_empty() && !key.chars().any(char::is_control))
}

/// Name and value of each parameter, still encoded.
fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// Decodes a name or value as a form does; what is no UTF-8 is replaced, never refused.
fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode(spaced.as_bytes()).decode_utf8_lossy().into_owned()
}

/// `sid`, or `sid` and a number. A visitor's `sidebar=1` is not one.
fn is_sub_id(name: &str) -> bool {
    name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("sid"))
        && name[3..].bytes().all(|b| b.is_ascii_digit())
}

fn is_ours(name: &str) -> bool {
    OURS.iter().any(|ours| name.eq_ignore_ascii_case(ours))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tracking::{ClickKey, KeyRing, Outcome, XidFields};
    use crate::{Mode, tracking::xid::XID_EPOCH_MILLIS};
    use proptest::prelude::*;

    fn xid() -> Xid {
        KeyRing::new([(1, b"secret".as_slice())]).expect("one key").mint(&XidFields {
            link_number: 1,
            mode: Mode::Live,
            class: Outcome::Counted,
            key: ClickKey { incarnation: 1, millis: XID_EPOCH_MILLIS, counter: 0 },
        })
    }

    fn location(dest: &str, incoming: &str) -> String {
        RedirectTarget::prepare(dest)
            .expect("a destination")
            .location(incoming, "cGFydG5lcg", &xid())
            .replace(xid().as_str(), "X")
    }

    const OUR_PART: &str = "ps_partner_key=cGFydG5lcg&ps_xid=X&gspk=cGFydG5lcg&gsxid=X";

    #[test]
    fn our_parameters_follow_the_visitors_which_follow_the_destinations_own() {
        let cases = [
            ("https://shop.com/p", "", format!("https://shop.com/p?{OUR_PART}")),
            ("https://shop.com", "", format!("https://shop.com/?{OUR_PART}")),
            ("https://shop.com/p?", "", format!("https://shop.com/p?{OUR_PART}")),
            ("https://shop.com/p?a=%7e+b&c", "", format!("https://shop.com/p?a=%7e+b&c&{OUR_PART}")),
            ("https://shop.com/p#top", "gclid=1", format!("https://shop.com/p?gclid=1&{OUR_PART}#top")),
            ("https://shop.com/p?a=1#/r?x=2", "b=2", format!("https://shop.com/p?a=1&b=2&{OUR_PART}#/r?x=2")),
        ];
        for (dest, incoming, expected) in cases {
            assert_eq!(location(dest, incoming), expected);
        }
    }

    #[test]
    fn the_visitor_neither_replaces_a_parameter_nor_brings_sub_ids_or_ours() {
        let got = location(
            "https://shop.com/?utm_source=ours",
            "utm_source=x&sid=1&SID2=2&sidebar=3&PS_XID=f&gsPK=g&utm%5Fsource=y&&k",
        );
        assert_eq!(got, format!("https://shop.com/?utm_source=ours&sidebar=3&k&{OUR_PART}"));
    }

    #[test]
    fn bytes_of_the_visitor_are_kept_unless_they_could_break_the_header() {
        let got = location("https://shop.com/", "q=%C3%A9+x&r=é\"<>#\r\n");
        assert_eq!(got, format!("https://shop.com/?q=%C3%A9+x&r=%C3%A9%22%3C%3E%23%0D%0A&{OUR_PART}"));
    }

    #[test]
    fn an_endless_query_does_not_make_an_endless_location() {
        let got = location("https://shop.com/", &format!("a={}&b=1", "x".repeat(100_000)));
        assert_eq!(got, format!("https://shop.com/?b=1&{OUR_PART}"));
    }

    #[test]
    fn what_is_no_clean_http_address_is_never_redirected_to() {
        for address in [
            "javascript:alert(1)",
            "//shop.com/",
            "/path",
            "https:shop.com",
            "ftp://shop.com/",
            "https:///x",
            "https://shop.com/\r\nSet-Cookie: a=b",
            "https://shop.com/a b",
            "https://shop.com\\@evil.com/",
            "https://shöp.com/",
            "",
        ] {
            assert_eq!(RedirectTarget::prepare(address), None, "{address}");
        }
        assert!(RedirectTarget::prepare("HTTPS://Shop.com/Path").is_some());
    }

    #[test]
    fn a_partner_key_reads_back_from_every_spelling() {
        for spelling in ["cGFydG5lcg", "cGFydG5lcg==", "cGFydG5lcg="] {
            assert_eq!(decode_partner_key(spelling).as_deref(), Some("partner"));
        }
        for spelling in ["Pz8/", "Pz8_"] {
            assert_eq!(decode_partner_key(spelling).as_deref(), Some("???"));
        }
        assert_eq!(decode_partner_key("fn5+").as_deref(), decode_partner_key("fn5 ").as_deref());
        assert_eq!(decode_partner_key(""), None);
        assert_eq!(decode_partner_key("!"), None);
    }

    #[test]
    fn landing_parameters_are_found_in_any_case_and_the_newer_generation_wins() {
        let read = LandingParameters::read("GSPK=b2xk&Ps_Partner_Key=bmV3&GsXid=abc");
        assert_eq!(read, LandingParameters { partner_key: Some("new".into()), xid: Some("abc".into()) });
        assert_eq!(LandingParameters::read("a=b"), LandingParameters::default());
    }

    #[test]
    fn sub_ids_keep_any_unicode_and_at_most_255_characters() {
        let query = format!("sid=%C3%A9t%C3%A9&x=1&sid2=a+b%00&sid3={}&sidx=no&sid4=", "z".repeat(300));
        assert_eq!(sub_ids(&query), ["été".to_owned(), "a b".to_owned(), "z".repeat(255)]);
    }

    #[test]
    fn of_a_query_only_the_names_are_kept() {
        assert_eq!(parameter_names("email=a%40b.c&x&email=2&%C3%A9=1"), ["email", "x", "é"]);
    }

    proptest! {
        #[test]
        fn a_location_is_always_a_clean_header_and_leads_to_the_same_place(incoming in ".{0,200}", key in "[A-Za-z0-9_-]{1,64}") {
            let dest = RedirectTarget::prepare("https://www.shop.com/p?a=1#f").expect("a destination");
            let location = dest.location(&incoming, &encode_partner_key(&key), &xid());
            prop_assert!(location.bytes().all(|b| (0x21..=0x7e).contains(&b)), "{location}");
            prop_assert!(location.starts_with("https://www.shop.com/p?a=1&"));
            prop_assert!(location.ends_with("#f"));
            let url = url::Url::parse(&location).expect("an address");
            prop_assert_eq!(url.host_str(), Some("www.shop.com"));
            let read = LandingParameters::read(url.query().expect("a query"));
            prop_assert_eq!(read.partner_key, Some(key));
            prop_assert_eq!(read.xid, Some(xid().to_string()));
        }
    }
}
