//! One newtype for the id of each kind of object: a prefix that says the kind, and 26 sortable characters.
//!
//! The 26 characters are a 128-bit value (a version 7 UUID, so ids sort by the time of their making) in lower-case
//! Crockford base32. The value arrives as an argument: this crate makes no randomness.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Crockford's alphabet: digits and letters without i, l, o, u, so that an id survives being read aloud.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Writes 128 bits as 26 characters, most significant first, so that text order is numeric order.
pub fn base32(value: u128) -> String {
    (0..26).rev().map(|place| char::from(ALPHABET[((value >> (place * 5)) & 31) as usize])).collect()
}

/// Says whether `text` is `prefix` and then 26 characters of the alphabet.
fn is_well_formed(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|body| body.len() == 26 && body.bytes().all(|b| ALPHABET.contains(&b)))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// What every id of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Makes the id out of 128 bits that the caller drew (a version 7 UUID).
            pub fn from_bits(bits: u128) -> Self {
                Self(format!("{}{}", $prefix, base32(bits)))
            }

            /// Reads an id that came from outside; `None` if it is not of this kind or shape.
            pub fn parse(text: &str) -> Option<Self> {
                is_well_formed(text, $prefix).then(|| Self(text.to_owned()))
            }

            /// Takes an id that we stored ourselves, unchecked.
            pub fn from_stored(text: String) -> Self {
                Self(text)
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    )*};
}

ids! {
    /// A program: the tenant.
    ProgramId = "prog_";
    /// One partner's membership in one program (the API's *partnership*). Not the partner key, which is the public code.
    PartnerId = "part_";
    /// A group of partners that shares offers.
    GroupId = "grup_";
    /// A partner's link. Not its number, which the click id carries, nor its link key, which its address shows.
    LinkId = "link_";
    /// Somebody's word that a customer signed up.
    ClaimId = "claim_";
    /// Somebody who signed up at the company.
    CustomerId = "cus_";
    /// A page view that the snippet told us of.
    VisitId = "visit_";
    /// A payment by a customer.
    TransactionId = "tran_";
    /// Money given back on a transaction.
    RefundId = "refd_";
    /// The promise: trigger, terms, limits.
    OfferId = "offer_";
    /// An amount earned by a partner (the API's *reward*).
    CommissionId = "rwrd_";
    /// One movement of money between two accounts of the ledger.
    TransferId = "xfer_";
    /// Something that arrived from outside, with what became of it.
    EventId = "evt_";
    /// Somebody who signs in.
    UserId = "user_";
    /// A pair of API keys.
    KeyPairId = "keys_";
    /// An address that a payment provider delivers to.
    EndpointId = "hook_";
    /// A try of the snippet and what follows it.
    SnippetTestId = "try_";
    /// A change that somebody made, in the audit log.
    AuditId = "audit_";
    /// Somebody's question why something was not tracked, with the answer.
    InvestigationId = "invest_";
    /// A look at where a link leads, kept with its date.
    LinkCheckId = "check_";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_as_their_bits_do() {
        assert!(CustomerId::from_bits(1) < CustomerId::from_bits(1 << 64));
        assert!(CustomerId::from_bits(u128::MAX - 1) < CustomerId::from_bits(u128::MAX));
    }

    #[test]
    fn an_id_of_another_kind_is_not_parsed() {
        let id = CustomerId::from_bits(7);
        assert_eq!(CustomerId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(PartnerId::parse(id.as_str()), None);
        assert_eq!(CustomerId::parse("cus_short"), None);
    }
}
