//! Claims: somebody's word that a customer signed up.

use crate::closed::closed_list;
use crate::id::{ClaimId, PartnerId};
use crate::time::Instant;
use serde::{Deserialize, Serialize};

closed_list! {
    /// Who made the claim.
    pub enum ClaimSource {
        Snippet = "snippet", "The visitor's browser said so.";
        S2s = "s2s", "The company's server said so, with the click's id.";
        Api = "api", "The company's server said so.";
        /// Where the person also says whose the customer is, that is a decision too, and is stored as one.
        Manual = "manual", "A person at the company entered it.";
        Webhook = "webhook", "The payment provider said so, signed.";
    }
}

impl ClaimSource {
    /// Whether such a claim proves who made it. A browser's is sent with a public key and proves nothing by itself.
    pub const fn is_authenticated(self) -> bool {
        !matches!(self, Self::Snippet)
    }
}

closed_list! {
    /// By what a claim was joined to the customer: the strongest name that both have, where a name that only browsers
    /// have said does not count once the customer is confirmed.
    pub enum MatchedBy {
        CustomerKey = "customer_key", "Both name the same customer key.";
        ProviderKey = "provider_key", "Both name the same key of the payment provider.";
        Email = "email", "Both name the same e-mail address, and nothing else in common.";
    }
}

/// What attribution needs to know of a claim. Names and e-mails are not among it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// Who made it.
    pub source: ClaimSource,
    /// The partner that it names, resolved; none if it names none or nobody we know.
    pub named_partner: Option<PartnerId>,
    /// By what it was joined to the customer.
    pub matched_by: MatchedBy,
    /// Whether it confirms the customer: it is authenticated, or a person vouched for it.
    pub confirmed: bool,
    /// When the customer signed up, by this claim.
    pub occurred_at: Instant,
    /// When it reached us.
    pub recorded_at: Instant,
}

impl Claim {
    /// Whether only an e-mail address that a browser sent ties it to the customer.
    pub fn is_email_match_alone(&self) -> bool {
        self.matched_by == MatchedBy::Email && !self.confirmed
    }
}
