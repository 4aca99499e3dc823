//! Which of a link's parameters an address still carries, and what went missing between two addresses.

use crate::tracking::destination::decode_partner_key;
use serde::{Deserialize, Serialize};
use url::Url;

/// A link's parameters, both generations (`wire.md` 1.5); the partner key's first.
const NAMES: [&str; 4] = ["ps_partner_key", "ps_xid", "gspk", "gsxid"];

/// What an address carries of a link. Names count in any case, and either generation counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    /// The decoded partner key: base64 with or without padding, or a plain key where it is no base64 of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partner_key: Option<String>,
    /// The click's id, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub xid: Option<String>,
    /// The names present, in lower case, with their values as a reader decodes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<(String, String)>,
}

/// The longest value that is kept of a parameter; ours are shorter.
const VALUE_CHARACTERS: usize = 100;

impl Carried {
    /// Reads an address.
    pub fn read(url: &Url) -> Self {
        let mut parameters: Vec<(String, String)> = Vec::new();
        for (name, value) in url.query_pairs() {
            let name = name.to_ascii_lowercase();
            let is_new = !parameters.iter().any(|(known, _)| *known == name);
            if NAMES.contains(&name.as_str()) && is_new && !value.is_empty() {
                parameters.push((name, value.chars().filter(|c| !c.is_control()).take(VALUE_CHARACTERS).collect()));
            }
        }
        let find = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        let key = find("ps_partner_key").or_else(|| find("gspk")).map(read_key);
        let xid = find("ps_xid").or_else(|| find("gsxid")).map(str::to_owned);
        Self { partner_key: key, xid, parameters }
    }

    /// Whether it carries nothing of a link.
    pub fn is_empty(&self) -> bool {
        self.parameters.is_empty()
    }

    fn value(&self, wanted: &str) -> Option<&str> {
        self.parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    }
}

/// The partner key of a parameter's value.
fn read_key(value: &str) -> String {
    decode_partner_key(value).unwrap_or_else(|| value.to_owned())
}

/// The names that `before` carries and `after` does not, or carries with another value: a click's id in other letters is
/// no click's id. A partner key may be written anew, padded or not.
pub fn lost_between(before: &Carried, after: &Carried) -> Vec<String> {
    let is_kept = |name: &str, value: &str| {
        let is_key = matches!(name, "ps_partner_key" | "gspk");
        after.value(name).is_some_and(|kept| if is_key { read_key(kept) == read_key(value) } else { kept == value })
    };
    before.parameters.iter().filter(|(name, value)| !is_kept(name, value)).map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried(query: &str) -> Carried {
        Carried::read(&Url::parse(&format!("https://shop.test/?{query}")).expect("an address"))
    }

    #[test]
    fn either_generation_is_read_in_any_case_and_spelling() {
        for query in [
            "ps_partner_key=Ym9i&ps_xid=X1",
            "GSPK=Ym9i&GSXID=X1",
            "Ps_Partner_Key=Ym9i&gsxid=X1",
            "gspk=Ym9i&ps_xid=X1&a=b",
        ] {
            let read = carried(query);
            assert_eq!(read.partner_key.as_deref(), Some("bob"), "{query}");
            assert_eq!(read.xid.as_deref(), Some("X1"), "{query}");
        }
        for (value, key) in [("Ym8%3D", "bo"), ("Ym8", "bo"), ("Ym8=", "bo"), ("plain_key-1", "plain_key-1")] {
            assert_eq!(carried(&format!("gspk={value}")).partner_key.as_deref(), Some(key), "{value}");
        }
        assert!(carried("utm_source=x&gspk=").is_empty());
    }

    #[test]
    fn what_is_gone_or_altered_is_lost() {
        let before = carried("ps_partner_key=Ym8&ps_xid=AbC&gspk=Ym8&gsxid=AbC");
        assert_eq!(lost_between(&before, &carried("gsxid=AbC&gspk=Ym8%3D")), ["ps_partner_key", "ps_xid"]);
        assert_eq!(
            lost_between(&before, &carried("ps_partner_key=Ym8&ps_xid=abc&gspk=Ym8&gsxid=abc")),
            ["ps_xid", "gsxid"]
        );
        assert_eq!(lost_between(&before, &carried("")).len(), 4);
        assert!(lost_between(&carried(""), &before).is_empty());
    }
}
