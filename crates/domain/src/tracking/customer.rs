//! Customers, and which customer a fact names.

use super::claim::MatchedBy;
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

/// A customer that shares a name with a fact, as a candidate for [`match_customer`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownCustomer {
    /// Which customer.
    pub id: CustomerId,
    /// Its first customer key; one that is known by several has the others in `keys`.
    pub identity: CustomerIdentity,
    /// Whether an authenticated fact has confirmed it.
    pub confirmed: bool,
    /// When the row was made.
    pub created_at: Instant,
}

/// Which of the candidates a fact names, and by what: the customer key first, then the provider's key, else the e-mail
/// (`product.md` 4 "Claims", `wire.md` 5). Customers whose customer keys differ are different people to the company, so
/// an e-mail or provider key in common does not join them. Of several, a confirmed one goes first, then the oldest.
pub fn match_customer<'a>(
    identity: &CustomerIdentity,
    candidates: &'a [KnownCustomer],
) -> Option<(&'a KnownCustomer, MatchedBy)> {
    let best = |fits: &dyn Fn(&KnownCustomer) -> bool| {
        let fitting = candidates.iter().filter(|candidate| fits(candidate));
        fitting.min_by_key(|candidate| (!candidate.confirmed, candidate.created_at, &candidate.id))
    };
    let same_key = |c: &KnownCustomer| shared(&identity.customer_key, &c.identity.customer_key);
    let other_key =
        |c: &KnownCustomer| identity.customer_key.is_some() && c.identity.customer_key.is_some() && !same_key(c);
    let same_provider_key =
        |c: &KnownCustomer| !other_key(c) && shared(&identity.provider_key, &c.identity.provider_key);
    let same_email = |c: &KnownCustomer| !other_key(c) && shared(&identity.email, &c.identity.email);

    best(&same_key)
        .map(|customer| (customer, MatchedBy::CustomerKey))
        .or_else(|| best(&same_provider_key).map(|customer| (customer, MatchedBy::ProviderKey)))
        .or_else(|| best(&same_email).map(|customer| (customer, MatchedBy::Email)))
}

/// Whether both have the name, and the same.
fn shared<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.is_some() && one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(customer_key: Option<&str>, provider_key: Option<&str>, email: Option<&str>) -> CustomerIdentity {
        let key = |text: &str| CustomerKey::parse(text).expect("a key");
        CustomerIdentity {
            customer_key: customer_key.map(key),
            provider_key: provider_key.map(key),
            email: email.map(|text| Email::parse(text).expect("an address")),
        }
    }

    fn known(number: u128, identity: CustomerIdentity) -> KnownCustomer {
        let created_at = Instant::from_micros(i64::try_from(number).expect("small"));
        KnownCustomer { id: CustomerId::from_bits(number), identity, confirmed: false, created_at }
    }

    fn matched(fact: &CustomerIdentity, candidates: &[KnownCustomer]) -> Option<(u128, MatchedBy)> {
        let (customer, by) = match_customer(fact, candidates)?;
        let number = candidates.iter().position(|candidate| candidate == customer)?;
        Some((number as u128 + 1, by))
    }

    #[test]
    fn the_customer_key_goes_before_the_providers_key_and_that_before_the_e_mail() {
        let candidates = [
            known(1, identity(None, None, Some("ada@shop.test"))),
            known(2, identity(None, Some("cus_9"), None)),
            known(3, identity(Some("u-1"), None, None)),
        ];
        let fact = identity(Some("u-1"), Some("cus_9"), Some("ada@shop.test"));
        assert_eq!(matched(&fact, &candidates), Some((3, MatchedBy::CustomerKey)));
        assert_eq!(matched(&fact, &candidates[..2]), Some((2, MatchedBy::ProviderKey)));
        assert_eq!(matched(&fact, &candidates[..1]), Some((1, MatchedBy::Email)));
        assert_eq!(matched(&identity(None, None, None), &candidates), None);
    }

    #[test]
    fn different_customer_keys_are_different_people_though_they_share_an_address() {
        let candidates = [known(1, identity(Some("u-1"), Some("cus_9"), Some("ada@shop.test")))];
        let other = identity(Some("u-2"), Some("cus_9"), Some("ada@shop.test"));
        assert_eq!(matched(&other, &candidates), None);
        assert_eq!(matched(&identity(None, None, Some("ada@shop.test")), &candidates), Some((1, MatchedBy::Email)));
    }

    #[test]
    fn of_several_the_confirmed_one_goes_first_and_then_the_oldest() {
        let by_email = || identity(None, None, Some("ada@shop.test"));
        let mut candidates = vec![known(1, by_email()), known(2, by_email()), known(3, by_email())];
        assert_eq!(matched(&by_email(), &candidates), Some((1, MatchedBy::Email)));
        candidates[2].confirmed = true;
        assert_eq!(matched(&by_email(), &candidates), Some((3, MatchedBy::Email)));
    }

    #[test]
    fn a_key_may_be_any_text_without_control_characters() {
        assert_eq!(CustomerKey::parse("  Ada 1@x  ").expect("a key").as_str(), "Ada 1@x");
        assert_eq!(CustomerKey::parse(" "), Err(CustomerError::KeyLength));
        assert_eq!(CustomerKey::parse(&"ü".repeat(256)), Err(CustomerError::KeyLength));
        assert_eq!(CustomerKey::parse("a\u{0}b"), Err(CustomerError::KeyCharacter));
    }
}
