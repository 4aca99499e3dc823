//! Offers: the promise to partners, in versions.

use crate::closed::closed_list;
use crate::id::{GroupId, OfferId};
use crate::money::{Money, Rate};
use crate::program::version::Versioned;
use crate::time::Instant;
use serde::{Deserialize, Serialize};

closed_list! {
    /// What must happen for an offer to pay.
    pub enum Trigger {
        Transaction = "transaction", "A customer pays.";
        Signup = "signup", "A customer signs up.";
        Action = "action", "A customer does something that the company reports.";
        LeadStage = "lead_stage", "A lead reaches a stage.";
        DealStage = "deal_stage", "A deal reaches a stage.";
    }
}

/// How much an offer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Terms {
    /// A share of what was paid and not given back, in the payment's currency.
    Percent {
        /// The share.
        #[serde(rename = "rate_ppm")]
        rate: Rate,
    },
    /// A fixed amount each time, in its own currency.
    Flat {
        /// The amount.
        #[serde(flatten)]
        amount: Money,
    },
}

/// How often and how much an offer pays for one customer. The set of the customer's payments decides, ordered by when they
/// were made, never by when they arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Only the customer's first so many payments. A payment that was refunded keeps its place: it gives none back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_n: Option<u32>,
    /// Only payments made within so many calendar months of the customer's first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// At most so much for one customer altogether, in minor units of the commission's currency. A refund gives room back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cap_amount: Option<i64>,
}

/// Which payments an offer is for, by what was paid for. Empty lists ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProductRules {
    /// One of these products.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub product_keys: Vec<String>,
    /// None of these products.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub except_product_keys: Vec<String>,
    /// One of these kinds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub category_keys: Vec<String>,
    /// A payment of at least so much, in minor units of its currency, before refunds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_amount: Option<i64>,
}

impl ProductRules {
    /// Whether a payment of `minor` units for this product and kind is one that the offer is for.
    pub fn admit(&self, product: Option<&str>, category: Option<&str>, minor: i64) -> bool {
        let among = |list: &[String], key: Option<&str>| key.is_some_and(|key| list.iter().any(|listed| listed == key));
        (self.product_keys.is_empty() || among(&self.product_keys, product))
            && !among(&self.except_product_keys, product)
            && (self.category_keys.is_empty() || among(&self.category_keys, category))
            && self.min_amount.is_none_or(|least| minor >= least)
    }
}

/// What an offer was from some moment on. Commissions cite the version that made them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferVersion {
    /// Which offer.
    pub offer: OfferId,
    /// The version's number.
    pub version: i64,
    /// Since when.
    pub from_at: Instant,
    /// What partners read.
    pub description: String,
    /// When it was put away, if it was; then it earns nothing that happens from this version on.
    pub archived_at: Option<Instant>,
    /// What must happen.
    pub trigger: Trigger,
    /// How much it pays.
    pub terms: Terms,
    /// How often.
    pub limits: Limits,
    /// For what.
    pub rules: ProductRules,
    /// Days that a commission waits before review.
    pub hold_days: u32,
    /// The group whose partners have it; none is every group.
    pub group: Option<GroupId>,
}

/// Why an offer cannot be so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// A share of nothing that is paid.
    #[error("only an offer for transactions can pay a percentage")]
    PercentWithoutAmount,
    /// More than the whole, or nothing.
    #[error("the rate lies between 1 and 1000000 parts per million")]
    Rate,
    /// Nothing, or less.
    #[error("a flat amount is more than nothing")]
    FlatAmount,
    /// A limit of nothing.
    #[error("a limit is at least 1")]
    Limit,
    /// Longer than ten years.
    #[error("commissions wait at most 3650 days")]
    HoldDays,
}

impl OfferError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::PercentWithoutAmount => "percent_without_amount",
            Self::Rate => "rate_out_of_range",
            Self::FlatAmount => "flat_amount_out_of_range",
            Self::Limit => "limit_out_of_range",
            Self::HoldDays => "hold_days_out_of_range",
        }
    }
}

impl OfferVersion {
    /// Lets an offer through that makes sense.
    pub fn check(self) -> Result<Self, OfferError> {
        match self.terms {
            Terms::Percent { .. } if self.trigger != Trigger::Transaction => {
                return Err(OfferError::PercentWithoutAmount);
            }
            Terms::Percent { rate } if rate.ppm() == 0 || rate > Rate::WHOLE => {
                return Err(OfferError::Rate);
            }
            Terms::Flat { amount } if amount.minor <= 0 || amount.for_transaction().is_err() => {
                return Err(OfferError::FlatAmount);
            }
            _ => {}
        }
        let Limits { first_n, months, cap_amount } = self.limits;
        if first_n == Some(0) || months == Some(0) || cap_amount.is_some_and(|cap| cap <= 0) {
            return Err(OfferError::Limit);
        }
        if self.hold_days > 3650 { Err(OfferError::HoldDays) } else { Ok(self) }
    }
}

impl Versioned for OfferVersion {
    fn number(&self) -> i64 {
        self.version
    }

    fn since(&self) -> Instant {
        self.from_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn offer() -> OfferVersion {
        OfferVersion {
            offer: OfferId::from_bits(1),
            version: 1,
            from_at: Instant::from_micros(0),
            description: String::from("A fifth of every payment"),
            archived_at: None,
            trigger: Trigger::Transaction,
            terms: Terms::Percent { rate: Rate::from_ppm(200_000) },
            limits: Limits::default(),
            rules: ProductRules::default(),
            hold_days: 0,
            group: None,
        }
    }

    #[test]
    fn an_offer_that_makes_no_sense_is_refused_with_the_reason() {
        let euro = |minor| Money::new(minor, Currency::parse("EUR").expect("a currency"));
        let flat = |minor| Terms::Flat { amount: euro(minor) };
        let percent = |ppm| Terms::Percent { rate: Rate::from_ppm(ppm) };
        let limits = |first_n| Limits { first_n, ..Limits::default() };
        let refused = |offer: OfferVersion| offer.check().expect_err("it makes no sense");
        assert!(offer().check().is_ok());
        assert_eq!(refused(OfferVersion { trigger: Trigger::Signup, ..offer() }), OfferError::PercentWithoutAmount);
        assert_eq!(refused(OfferVersion { terms: percent(0), ..offer() }), OfferError::Rate);
        assert_eq!(refused(OfferVersion { terms: percent(1_000_001), ..offer() }), OfferError::Rate);
        assert_eq!(refused(OfferVersion { terms: flat(0), ..offer() }), OfferError::FlatAmount);
        assert_eq!(refused(OfferVersion { limits: limits(Some(0)), ..offer() }), OfferError::Limit);
        assert_eq!(refused(OfferVersion { hold_days: 3651, ..offer() }), OfferError::HoldDays);
    }

    #[test]
    fn rules_admit_what_they_name() {
        let rules = ProductRules {
            product_keys: vec!["pro".into()],
            except_product_keys: vec!["trial".into()],
            category_keys: vec![],
            min_amount: Some(100),
        };
        assert!(rules.admit(Some("pro"), None, 100));
        assert!(!rules.admit(Some("pro"), None, 99));
        assert!(!rules.admit(Some("trial"), None, 100) && !rules.admit(None, None, 100));
        assert!(ProductRules::default().admit(None, None, -5));
    }
}
