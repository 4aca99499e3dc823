//! The short texts in addresses: of a link, a group, a program.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Letters, digits and dashes, 1 to 64, matched without case (`product.md` 5 "Hosts and defaults").
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// Why a text is no slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    /// Empty or too long.
    #[error("a slug has 1 to 64 characters")]
    Length,
    /// Something other than letters, digits, dashes.
    #[error("a slug has letters, digits and dashes only")]
    Character,
    /// A path that the link host keeps for itself.
    #[error("this slug is kept for the link host itself")]
    Reserved,
}

impl SlugError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "slug_length",
            Self::Character => "slug_character",
            Self::Reserved => "slug_reserved",
        }
    }
}

impl Slug {
    /// Paths of the link host that no link can have. (`.well-known` is no slug in the first place.)
    pub const RESERVED: [&'static str; 3] = ["v1", "pr", "conversion"];

    /// Reads a slug as written; its case is kept for show.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        if text.is_empty() || text.len() > 64 {
            return Err(SlugError::Length);
        }
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        text.bytes().all(fits).then(|| Self(text.to_owned())).ok_or(SlugError::Character)
    }

    /// Reads the slug of a link, which may not hide a path of the link host.
    pub fn parse_link_key(text: &str) -> Result<Self, SlugError> {
        let slug = Self::parse(text)?;
        if Self::RESERVED.contains(&slug.folded().as_str()) { Err(SlugError::Reserved) } else { Ok(slug) }
    }

    /// Makes a slug out of a name: `Ada & Sons` becomes `ada-sons`. `None` if nothing usable is left.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut text = String::new();
        for character in name.chars() {
            if character.is_ascii_alphanumeric() {
                text.push(character.to_ascii_lowercase());
            } else if !text.is_empty() && !text.ends_with('-') {
                text.push('-');
            }
        }
        text.truncate(64);
        Self::parse(text.trim_end_matches('-')).ok()
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// In lower case: what addresses are matched by and uniqueness is held to.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl PartialEq for Slug {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Slug {}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, SlugError> {
        Self::parse(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_kept_as_written_and_matched_without_case() {
        let slug = Slug::parse("Summer-2026").expect("a slug");
        assert_eq!((slug.as_str(), slug.folded().as_str()), ("Summer-2026", "summer-2026"));
        assert_eq!(slug, Slug::parse("SUMMER-2026").expect("a slug"));
    }

    #[test]
    fn what_is_no_slug_is_refused_with_the_reason() {
        assert_eq!(Slug::parse(""), Err(SlugError::Length));
        assert_eq!(Slug::parse(&"a".repeat(65)), Err(SlugError::Length));
        assert!(Slug::parse(&"a".repeat(64)).is_ok());
        for text in ["a_b", "a b", "ä", "a/b", "a.b", "a\0"] {
            assert_eq!(Slug::parse(text), Err(SlugError::Character), "{text}");
        }
        assert_eq!(Slug::parse_link_key("V1"), Err(SlugError::Reserved));
        assert!(Slug::parse_link_key("v1x").is_ok());
    }

    #[test]
    fn a_name_becomes_a_slug_if_anything_usable_is_left() {
        let made = |name: &str| Slug::from_name(name).map(|slug| slug.as_str().to_owned());
        assert_eq!(made("Ada & Sons, Ltd."), Some(String::from("ada-sons-ltd")));
        assert_eq!(made("東京"), None);
        assert_eq!(made(&"x".repeat(90)), Some("x".repeat(64)));
    }
}
