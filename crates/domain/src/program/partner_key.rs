//! The partner key: the short public code of a partner, plain in cookies and base64 in addresses.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The standard alphabet, written without padding and read with or without it: real addresses carry both
/// (`wire.md` 2.3). Bits left over in the last character are ignored, as browsers' own decoder does.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Letters, digits, `_`, `-`, 1 to 64, case kept (`product.md` 5 "Hosts and defaults"). Unique per program and mode.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartnerKey(String);

/// Why a text is no partner key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartnerKeyError {
    /// Empty or too long.
    #[error("a partner key has 1 to 64 characters")]
    Length,
    /// Something other than letters, digits, `_`, `-`.
    #[error("a partner key has letters, digits, underscores and dashes only")]
    Character,
    /// Not base64 of text.
    #[error("this is not a partner key in base64")]
    NotBase64,
}

impl PartnerKeyError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "partner_key_length",
            Self::Character => "partner_key_character",
            Self::NotBase64 => "partner_key_not_base64",
        }
    }
}

impl PartnerKey {
    /// Reads a plain key.
    pub fn parse(text: &str) -> Result<Self, PartnerKeyError> {
        if text.is_empty() || text.len() > 64 {
            return Err(PartnerKeyError::Length);
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        text.bytes().all(fits).then(|| Self(text.to_owned())).ok_or(PartnerKeyError::Character)
    }

    /// Reads a key out of an address: standard base64, padded or not.
    pub fn decode(text: &str) -> Result<Self, PartnerKeyError> {
        let bytes = BASE64.decode(text.trim_end_matches('=')).map_err(|_| PartnerKeyError::NotBase64)?;
        let text = String::from_utf8(bytes).map_err(|_| PartnerKeyError::NotBase64)?;
        Self::parse(&text)
    }

    /// The key for an address: standard base64 without padding.
    pub fn encode(&self) -> String {
        BASE64.encode(&self.0)
    }

    /// What a person who searches may mean by `text`: the key itself, and the one that it decodes to. Every short text
    /// decodes to something, so both readings are returned and the caller looks both up.
    pub fn readings(text: &str) -> Vec<Self> {
        let text = text.trim();
        let mut keys: Vec<Self> = [Self::parse(text), Self::decode(text)].into_iter().flatten().collect();
        keys.dedup();
        keys
    }

    /// The plain key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PartnerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PartnerKey {
    type Error = PartnerKeyError;

    fn try_from(text: String) -> Result<Self, PartnerKeyError> {
        Self::parse(&text)
    }
}

impl From<PartnerKey> for String {
    fn from(key: PartnerKey) -> Self {
        key.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_survives_an_address_with_and_without_padding() {
        for text in ["a", "ab", "abc", "bertram", "Bo_2-x", &"k".repeat(64)] {
            let key = PartnerKey::parse(text).expect("a key");
            assert!(!key.encode().contains('='));
            assert_eq!(PartnerKey::decode(&key.encode()), Ok(key.clone()));
            let padded = format!("{}{}", key.encode(), "=".repeat((4 - key.encode().len() % 4) % 4));
            assert_eq!(PartnerKey::decode(&padded), Ok(key));
        }
        assert_eq!(PartnerKey::parse("bertram").expect("a key").encode(), "YmVydHJhbQ");
    }

    #[test]
    fn case_is_kept_and_strange_keys_are_refused() {
        assert_ne!(PartnerKey::parse("Bo"), PartnerKey::parse("bo"));
        assert_eq!(PartnerKey::parse(""), Err(PartnerKeyError::Length));
        assert_eq!(PartnerKey::parse("a b"), Err(PartnerKeyError::Character));
        assert_eq!(PartnerKey::decode("!!"), Err(PartnerKeyError::NotBase64));
        assert_eq!(PartnerKey::decode("AP8"), Err(PartnerKeyError::NotBase64));
    }

    #[test]
    fn a_search_reads_a_key_plain_and_in_base64() {
        let found = |text: &str| PartnerKey::readings(text).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(found("YmVydHJhbQ=="), vec!["bertram"]);
        assert_eq!(found(" YmVydHJhbQ "), vec!["YmVydHJhbQ", "bertram"]);
        assert_eq!(found("bertram"), vec!["bertram"]);
    }
}
