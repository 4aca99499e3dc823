//! E-mail addresses, in the one form by which they are compared.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An e-mail address without surrounding space, in lower case, 4 to 254 bytes. Not proof that anybody reads it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// Why a text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Too short or too long.
    #[error("an e-mail address has 4 to 254 characters")]
    Length,
    /// No name, no host, or characters that cannot be in one.
    #[error("this is not an e-mail address")]
    Shape,
}

impl EmailError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Length => "email_length",
            Self::Shape => "email_shape",
        }
    }
}

impl Email {
    /// Reads an address: trims, lower-cases, and looks at its shape only as far as nobody's real address is refused.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim().to_lowercase();
        if !(4..=254).contains(&text.len()) {
            return Err(EmailError::Length);
        }
        let (name, host) = text.rsplit_once('@').ok_or(EmailError::Shape)?;
        let strange = |character: char| character.is_whitespace() || character.is_control();
        if name.is_empty() || host.is_empty() || host.starts_with('.') || text.contains(strange) {
            return Err(EmailError::Shape);
        }
        Ok(Self(text))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the `@`.
    pub fn host(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, host)| host)
    }
}

impl fmt::Debug for Email {
    /// Without the name: addresses are personal and must not reach a log by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email(…@{})", self.host())
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_trimmed_and_in_lower_case() {
        assert_eq!(Email::parse(" Ada@Shop.Test "), Email::parse("ada@shop.test"));
        assert_eq!(Email::parse("ada@shop.test").expect("an address").host(), "shop.test");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        assert_eq!(Email::parse("a@b"), Err(EmailError::Length));
        assert_eq!(Email::parse(&format!("{}@shop.test", "a".repeat(250))), Err(EmailError::Length));
        for text in ["ada.shop.test", "@shop.test", "ada@", "ad a@shop.test", "ada@shop\0.test", "ada@.test"] {
            assert_eq!(Email::parse(text), Err(EmailError::Shape), "{text}");
        }
    }

    #[test]
    fn a_log_does_not_see_who_it_is() {
        let email = Email::parse("ada@shop.test").expect("an address");
        assert_eq!(format!("{email:?}"), "Email(…@shop.test)");
    }
}
