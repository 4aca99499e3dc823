//! Customers, and the names by which they are known.

use crate::id::CustomerId;
use crate::program::email::Email;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A key that others chose: the company's own id for a customer, or the payment provider's. 1 to 255 characters without
/// control characters; case and spaces inside matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CustomerKey(String);

/// Why a text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CustomerError {
    /// Empty or too long.
    #[error("a key has 1 to 255 characters")]
    KeyLength,
    /// A control character in it.
    #[error("a key has no control characters")]
    KeyCharacter,
}

impl CustomerError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::KeyLength => "key_length",
            Self::KeyCharacter => "key_character",
        }
    }
}

impl CustomerKey {
    /// Reads a key; space around it is cut.
    pub fn parse(text: &str) -> Result<Self, CustomerError> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > 255 {
            return Err(CustomerError::KeyLength);
        }
        if text.chars().any(char::is_control) {
            return Err(CustomerError::KeyCharacter);
        }
        Ok(Self(text.to_owned()))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CustomerKey {
    type Error = CustomerError;

    fn try_from(text: String) -> Result<Self, CustomerError> {
        Self::parse(&text)
    }
}

impl From<CustomerKey> for String {
    fn from(key: CustomerKey) -> Self {
        key.0
    }
}

/// Somebody who signed up at the company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// By what others know it.
    pub identity: CustomerIdentity,
    /// What it is called.
    pub name: Option<String>,
    /// Null while only a browser has said that it exists.
    pub confirmed_at: Option<Instant>,
    /// When it signed up.
    pub signed_up_at: Instant,
    /// When it was put away.
    pub archived_at: Option<Instant>,
    /// When the row was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

/// The names by which a fact, or a customer, is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerIdentity {
    /// The company's own id.
    pub customer_key: Option<CustomerKey>,
    /// The payment provider's id.
    pub provider_key: Option<CustomerKey>,
    /// The e-mail address.
    pub email: Option<Email>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_be_any_text_without_control_characters() {
        assert_eq!(CustomerKey::parse("  Ada 1@x  ").expect("a key").as_str(), "Ada 1@x");
        assert_eq!(CustomerKey::parse(" "), Err(CustomerError::KeyLength));
        assert_eq!(CustomerKey::parse(&"ü".repeat(256)), Err(CustomerError::KeyLength));
        assert_eq!(CustomerKey::parse("a\u{0}b"), Err(CustomerError::KeyCharacter));
    }
}
