//! What somebody may mean by a text that they search for: every reading that makes sense, the most telling one first. A
//! short text can be a name, a partner's code, a link and an order at once, so all are looked up.

use crate::id::{CommissionId, CustomerId, EndpointId, EventId, GroupId, LinkId, OfferId, PartnerId, TransactionId};
use crate::program::{Email, PartnerKey, Slug};
use crate::tracking::CustomerKey;
use crate::tracking::destination::{LandingParameters, decode_partner_key};
use crate::tracking::xid::Xid;
use percent_encoding::percent_decode_str;
use url::Url;

/// Characters that are read at most: an address with all its parameters fits.
pub const LONGEST: usize = 4_000;
/// Readings at most; what would come after them is never the one meant.
const MOST: usize = 24;

/// The key of an object of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectKey {
    /// `cus_…`
    Customer(CustomerId),
    /// `part_…`
    Partner(PartnerId),
    /// `tran_…`
    Transaction(TransactionId),
    /// `rwrd_…`
    Commission(CommissionId),
    /// `link_…`
    Link(LinkId),
    /// `evt_…`
    Event(EventId),
    /// `offer_…`
    Offer(OfferId),
    /// `grup_…`
    Group(GroupId),
    /// `hook_…`
    Endpoint(EndpointId),
}

impl ObjectKey {
    fn parse(text: &str) -> Option<Self> {
        // Our keys are in lower case, so one that was typed in capitals is meant all the same.
        let text = text.to_ascii_lowercase();
        None.or_else(|| CustomerId::parse(&text).map(Self::Customer))
            .or_else(|| PartnerId::parse(&text).map(Self::Partner))
            .or_else(|| TransactionId::parse(&text).map(Self::Transaction))
            .or_else(|| CommissionId::parse(&text).map(Self::Commission))
            .or_else(|| LinkId::parse(&text).map(Self::Link))
            .or_else(|| EventId::parse(&text).map(Self::Event))
            .or_else(|| OfferId::parse(&text).map(Self::Offer))
            .or_else(|| GroupId::parse(&text).map(Self::Group))
            .or_else(|| EndpointId::parse(&text).map(Self::Endpoint))
    }
}

/// One thing that the text may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The key of an object of ours.
    Object(ObjectKey),
    /// An e-mail address.
    Email(Email),
    /// A click id.
    ClickId(Xid),
    /// A partner's code as it is.
    PartnerKey(PartnerKey),
    /// A partner's code as addresses carry it, decoded.
    DecodedPartnerKey(PartnerKey),
    /// The short end of a link's address.
    LinkKey(Slug),
    /// A key that others gave: the company's or the provider's for a customer, a payment or an order.
    Key(CustomerKey),
    /// A name, or part of one.
    Name(String),
}

impl Reading {
    /// As what it is looked up, to say so where nothing was found.
    pub const fn tried(&self) -> &'static str {
        match self {
            Self::Object(_) => "a key of Whence’s own",
            Self::Email(_) => "an e-mail address",
            Self::ClickId(_) => "a click id",
            Self::PartnerKey(_) => "a partner key",
            Self::DecodedPartnerKey(_) => "a partner key in its encoded form",
            Self::LinkKey(_) => "a link",
            Self::Key(_) => "a customer key, an order or a payment",
            Self::Name(_) => "a name",
        }
    }
}

/// A text that somebody searches for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchText {
    /// The text, tidied.
    pub text: String,
    /// What it may be, the most telling first, each once.
    pub readings: Vec<Reading>,
    /// Whether it is an address of a page or link.
    pub is_address: bool,
}

impl SearchText {
    /// Reads a text. Anything can be read; what makes no sense has no readings.
    pub fn read(text: &str) -> Self {
        let text: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
        let text = text.trim().trim_matches(['"', '\'', '“', '”', '`', '<', '>', ',', ';']).trim().to_owned();
        let mut found = Self { text, ..Self::default() };
        let text = found.text.clone();
        if text.is_empty() {
            return found;
        }
        match address(&text) {
            Some(url) => {
                found.is_address = true;
                found.add_address(&url, 1);
            }
            None if carries_parameters(&text) => found.add_parameters(text.trim_start_matches('?')),
            None => found.add_plain(&text),
        }
        found.readings.truncate(MOST);
        found
    }

    /// As what it was looked up, each once, to say so where nothing was found.
    pub fn tried(&self) -> Vec<&'static str> {
        let mut tried = Vec::new();
        for reading in &self.readings {
            if !tried.contains(&reading.tried()) {
                tried.push(reading.tried());
            }
        }
        tried
    }

    /// The fields of the investigation's form that the text fills in.
    pub fn form_fields(&self) -> Vec<(&'static str, String)> {
        if self.is_address {
            return vec![("link", self.text.clone())];
        }
        let email = self.readings.iter().find_map(|reading| match reading {
            Reading::Email(email) => Some(email.to_string()),
            _ => None,
        });
        let name = self.readings.iter().find_map(|reading| match reading {
            Reading::Name(name) => Some(name.clone()),
            _ => None,
        });
        match (email, name) {
            (Some(email), Some(name)) => vec![("email", email), ("name", name)],
            (Some(email), None) => vec![("email", email)],
            (None, name) => match self.readings.first() {
                Some(Reading::DecodedPartnerKey(key)) if name.is_none() => vec![("partner_key", key.to_string())],
                Some(Reading::ClickId(_)) | None => Vec::new(),
                _ if looks_like_an_order(&self.text) => vec![("order", self.text.clone())],
                _ => match name {
                    Some(name) => vec![("name", name)],
                    None => vec![("customer_key", self.text.clone())],
                },
            },
        }
    }

    fn add(&mut self, reading: Reading) {
        if !self.readings.contains(&reading) {
            self.readings.push(reading);
        }
    }

    /// An address: what its parameters carry, and the link that its path may be. `depth` further addresses inside its
    /// parameters are read too: mail programs wrap links into their own.
    fn add_address(&mut self, url: &Url, depth: usize) {
        for query in [url.query(), url.fragment()].into_iter().flatten() {
            self.add_parameters(query.rsplit('?').next().unwrap_or(query));
        }
        if depth > 0 {
            let inner: Vec<Url> = url.query_pairs().filter_map(|(_, value)| address(&value)).take(4).collect();
            for url in &inner {
                self.add_address(url, depth - 1);
            }
        }
        let segments: Vec<String> = url
            .path_segments()
            .into_iter()
            .flatten()
            .filter(|segment| !segment.is_empty())
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let link_key = match segments.as_slice() {
            [key] => Some(key),
            [l, _, key] if l.eq_ignore_ascii_case("l") => Some(key),
            _ => None,
        };
        if let Some(slug) = link_key.and_then(|key| Slug::parse_link_key(key).ok()) {
            self.add(Reading::LinkKey(slug));
        }
    }

    /// The parameters of a landing page's address.
    fn add_parameters(&mut self, query: &str) {
        let found = LandingParameters::read(query);
        if let Some(xid) = found.xid.and_then(|xid| Xid::parse(xid.trim()).ok()) {
            self.add(Reading::ClickId(xid));
        }
        if let Some(key) = found.partner_key.and_then(|key| PartnerKey::parse(key.trim()).ok()) {
            self.add(Reading::DecodedPartnerKey(key));
        }
    }

    fn add_plain(&mut self, text: &str) {
        let bare = text.strip_prefix("mailto:").unwrap_or(text);
        // As mail programs write it: Ada Park <ada@park.test>
        let (name, email) = match bare.rsplit_once('<') {
            Some((name, email)) => (Some(name.trim().trim_matches('"')), email.trim_end_matches('>')),
            None => (None, bare),
        };
        if let Ok(email) = Email::parse(email) {
            self.add(Reading::Email(email));
            if let Some(name) = name.filter(|name| is_name(name)) {
                self.add(Reading::Name(name.to_owned()));
                return;
            }
        }
        if let Some(key) = ObjectKey::parse(text) {
            self.add(Reading::Object(key));
            return;
        }
        if let Ok(xid) = Xid::parse(text) {
            self.add(Reading::ClickId(xid));
        }
        if let Ok(key) = PartnerKey::parse(text) {
            self.add(Reading::PartnerKey(key));
        }
        let unescaped = percent_decode_str(text).decode_utf8_lossy().into_owned();
        let other_alphabet = || decode_partner_key(&unescaped).and_then(|key| PartnerKey::parse(&key).ok());
        if let Some(key) = PartnerKey::decode(&unescaped).ok().or_else(other_alphabet) {
            self.add(Reading::DecodedPartnerKey(key));
        }
        if let Ok(slug) = Slug::parse_link_key(text.trim_start_matches('/')) {
            self.add(Reading::LinkKey(slug));
        }
        for text in [text, text.trim_start_matches('#')] {
            if let Ok(key) = CustomerKey::parse(text) {
                self.add(Reading::Key(key));
            }
        }
        if is_name(text) {
            self.add(Reading::Name(text.to_owned()));
        }
    }
}

/// The text as an address, if it is one: with its scheme, or as people write it, with a host that has a dot.
fn address(text: &str) -> Option<Url> {
    let is_http = |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host();
    if text.contains(char::is_whitespace) {
        return None;
    }
    if text.contains("://") {
        return Url::parse(text).ok().filter(is_http);
    }
    let (host, _) = text.split_once(['/', '?'])?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':');
    let is_host = host.contains('.') && host.chars().all(plain) || host.starts_with("localhost");
    if !is_host {
        return None;
    }
    Url::parse(&format!("https://{text}")).ok().filter(is_http)
}

/// Whether it is a piece of an address: `?gspk=Ym8&gsxid=…`.
fn carries_parameters(text: &str) -> bool {
    let found = LandingParameters::read(text.trim_start_matches('?'));
    found.partner_key.is_some() || found.xid.is_some()
}

/// Two characters at least, and a letter among them.
fn is_name(text: &str) -> bool {
    text.chars().count() >= 2
        && text.chars().count() <= 100
        && text.chars().any(char::is_alphabetic)
        && !text.contains('@')
}

/// Numbers of orders and payments have digits in them and no spaces.
fn looks_like_an_order(text: &str) -> bool {
    !text.contains(char::is_whitespace) && text.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const XID: &str = "0000000000000000000000000000000A";

    fn object(prefix: &str) -> String {
        format!("{prefix}01jabcdefghjkmnpqrstvwxyz0")
    }

    /// Short words for readings, so that a table stays readable.
    fn told(text: &str) -> Vec<String> {
        let word = |reading: &Reading| match reading {
            Reading::Object(key) => format!("object {}", format!("{key:?}").split('(').next().unwrap_or_default()),
            Reading::Email(email) => format!("email {email}"),
            Reading::ClickId(_) => "click".into(),
            Reading::PartnerKey(key) => format!("partner {key}"),
            Reading::DecodedPartnerKey(key) => format!("decoded {key}"),
            Reading::LinkKey(slug) => format!("link {}", slug.as_str()),
            Reading::Key(key) => format!("key {key}"),
            Reading::Name(name) => format!("name {name}"),
        };
        SearchText::read(text).readings.iter().map(word).collect()
    }

    #[test]
    fn every_form_in_which_a_partner_key_is_met_is_read() {
        // "bertram" is YmVydHJhbQ==, which a landing page's address carries without its padding.
        for text in ["YmVydHJhbQ==", "YmVydHJhbQ", "YmVydHJhbQ=", "YmVydHJhbQ%3D%3D", " YmVydHJhbQ ", "\"YmVydHJhbQ\""]
        {
            assert!(told(text).contains(&"decoded bertram".to_owned()), "{text}: {:?}", told(text));
        }
        for text in ["bertram", "  bertram\n", "“bertram”", "bertram,"] {
            assert_eq!(told(text)[0], "partner bertram", "{text}");
        }
        assert!(told("BERTRAM").contains(&"partner BERTRAM".to_owned()), "case is the look-up's to forgive");
    }

    #[test]
    fn addresses_tell_of_links_partners_and_clicks() {
        let table: &[(&str, &[&str])] = &[
            ("https://go.shop.test/bo", &["link bo"]),
            ("http://go.shop.test:8080/Bo-Spring/", &["link Bo-Spring"]),
            ("go.shop.test/bo", &["link bo"]),
            ("go.shop.test/bo?sid=newsletter", &["link bo"]),
            ("https://whence.shop.test/l/shop/bo", &["link bo"]),
            ("localhost:8080/l/shop/bo", &["link bo"]),
            ("https://www.shop.test/pricing/plans", &[]),
            ("https://go.shop.test/v1", &[]),
            (
                &format!("https://www.shop.test/a/b?x=1&ps_partner_key=Ym8&ps_xid={XID}&gspk=Ym8&gsxid={XID}#top"),
                &["click", "decoded bo"],
            ),
            ("https://www.shop.test/a/b?GSPK=Ym8%3D", &["decoded bo"]),
            (&format!("https://www.shop.test/?gsxid={XID}"), &["click"]),
            ("https://www.shop.test/#/join?gspk=Ym8", &["decoded bo"]),
            (&format!("?gspk=Ym8&gsxid={XID}"), &["click", "decoded bo"]),
            ("ps_partner_key=Ym8=", &["decoded bo"]),
            ("https://links.mail.test/safe/x?url=https%3A%2F%2Fgo.shop.test%2Fbo", &["link bo"]),
            ("https://links.mail.test/safe/x?u=https%3A%2F%2Fwww.shop.test%2Fa%2Fb%3Fgspk%3DYm8", &["decoded bo"]),
        ];
        for (text, expected) in table {
            assert_eq!(told(text), *expected, "{text}");
        }
        assert!(SearchText::read("go.shop.test/bo").is_address);
        assert!(!SearchText::read("ada.park").is_address, "a name with a dot is no address");
    }

    #[test]
    fn keys_addresses_and_names_are_told_apart_as_far_as_they_can_be() {
        let table: &[(&str, &[&str])] = &[
            ("Ada@Park.test", &["email ada@park.test", "key Ada@Park.test"]),
            ("mailto:ada@park.test", &["email ada@park.test", "key mailto:ada@park.test"]),
            ("Ada Park <ada@park.test>", &["email ada@park.test", "name Ada Park"]),
            ("Ada Park", &["key Ada Park", "name Ada Park"]),
            ("Zoë Ångström", &["key Zoë Ångström", "name Zoë Ångström"]),
            ("李小龍", &["key 李小龍", "name 李小龍"]),
            ("#1042", &["key #1042", "key 1042"]),
            ("order-1042", &["partner order-1042", "link order-1042", "key order-1042", "name order-1042"]),
            ("ch_3PqT2eLk.1", &["key ch_3PqT2eLk.1", "name ch_3PqT2eLk.1"]),
            (&object("cus_"), &["object Customer"]),
            (&object("part_").to_uppercase(), &["object Partner"]),
            (&object("tran_"), &["object Transaction"]),
            (&object("rwrd_"), &["object Commission"]),
            (&object("link_"), &["object Link"]),
            (&object("evt_"), &["object Event"]),
            ("", &[]),
            ("   ", &[]),
            ("\u{0}\u{7}", &[]),
            ("''", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(told(text), *expected, "{text}");
        }
        assert!(told("cus_NffrFeUfNV2Hib").contains(&"key cus_NffrFeUfNV2Hib".to_owned()), "a provider's key");
        assert!(
            told(XID).contains(&"click".to_owned()) && !told(&XID.to_lowercase()[1..]).contains(&"click".to_owned())
        );
    }

    #[test]
    fn what_was_tried_is_said_and_the_form_gets_the_text() {
        assert_eq!(SearchText::read("Ada Park").tried(), ["a customer key, an order or a payment", "a name"]);
        let table: &[(&str, &[(&str, &str)])] = &[
            ("ada@park.test", &[("email", "ada@park.test")]),
            ("Ada Park <ada@park.test>", &[("email", "ada@park.test"), ("name", "Ada Park")]),
            ("Ada Park", &[("name", "Ada Park")]),
            ("ch_1042", &[("order", "ch_1042")]),
            ("https://go.shop.test/bo", &[("link", "https://go.shop.test/bo")]),
            ("ps_partner_key=Ym8", &[("partner_key", "bo")]),
            ("", &[]),
        ];
        for (text, expected) in table {
            let fields = SearchText::read(text).form_fields();
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(fields, *expected, "{text}");
        }
    }

    #[test]
    fn nothing_that_is_typed_breaks_it() {
        let long = "x".repeat(100_000);
        let deep = format!("https://a.test/?u={}", "https%3A%2F%2Fa.test%2F%3Fu%3D".repeat(500));
        for text in [
            long.as_str(),
            &deep,
            "%",
            "%ff",
            "%00",
            "://",
            "http://",
            "https://[::1",
            "?",
            "=",
            "&&&",
            "<",
            ">",
            "<>",
            "a<",
            "@",
            "a@",
            "@b",
            "\u{202e}abc",
            "’; drop table customers; --",
            "' or '1'='1",
            "../../etc/passwd",
            "{{7*7}}",
            "<script>alert(1)</script>",
            "🙂",
            "ﷺ",
            "\u{feff}bo",
            "Ym8\u{a0}",
            "gspk=",
            "ps_xid=&gspk=%%%",
            "/",
            "//",
            "/l/",
            "l/x/y",
            "javascript:alert(1)",
            "data:,x",
        ] {
            let found = SearchText::read(text);
            assert!(found.readings.len() <= MOST && found.text.chars().count() <= LONGEST, "{text:.50}");
            let _ = (found.tried(), found.form_fields());
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic_and_each_reading_stands_once(text in "\\PC{0,200}") {
            let found = SearchText::read(&text);
            for (place, reading) in found.readings.iter().enumerate() {
                prop_assert!(!found.readings[..place].contains(reading));
            }
        }

        #[test]
        fn a_partner_key_is_found_in_whatever_carries_it(key in "[A-Za-z0-9_-]{1,64}") {
            let key = PartnerKey::parse(&key).expect("a key");
            let encoded = key.encode();
            let decoded = Reading::DecodedPartnerKey(key.clone());
            prop_assert!(SearchText::read(key.as_str()).readings.contains(&Reading::PartnerKey(key.clone())) || key.as_str().trim_matches(',').is_empty());
            for text in [encoded.clone(), format!("{encoded}=="), format!("https://a.test/x/y?gspk={encoded}")] {
                prop_assert!(SearchText::read(&text).readings.contains(&decoded), "{}", text);
            }
        }
    }
}
