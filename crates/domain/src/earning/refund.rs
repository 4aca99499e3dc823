//! Money given back: single refunds with a status each, and running totals that a provider tells.
//!
//! Stripe's `charge.refunded` carries only the total; its refund objects carry each refund. Both may be known of one
//! payment, in any order, and no refund is subtracted twice (`money.md` 2 "Refunds").

use crate::closed::closed_list;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

closed_list! {
    /// Where a single refund stands.
    pub enum RefundStatus {
        Pending = "pending", "The refund is on its way; it counts, since the money has been promised back.";
        Succeeded = "succeeded", "The money has been given back.";
        Failed = "failed", "The refund failed: the money stayed.";
        Canceled = "canceled", "The refund was called off: the money stayed.";
    }
}

impl RefundStatus {
    /// Whether the money counts as given back.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Pending | Self::Succeeded)
    }
}

/// What was told of a single refund at some time. The same refund may be told of repeatedly; the latest word holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The provider's id of it, or the caller's.
    pub key: String,
    /// How much, in minor units of the payment's currency; not negative.
    pub minor: i64,
    /// Where it stands.
    pub status: RefundStatus,
    /// When it was made.
    pub made_at: Instant,
    /// As of when this is said: the provider's time of the event.
    pub said_at: Instant,
}

/// A provider's word that so much of a payment has been given back altogether, as of some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundTotal {
    /// How much altogether, in minor units of the payment's currency; not negative.
    pub minor: i64,
    /// As of when: the provider's time of the event.
    pub said_at: Instant,
}

/// All that is known of what was given back on one payment: two sets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refunds {
    /// Single refunds.
    pub single: Vec<Refund>,
    /// Running totals.
    pub totals: Vec<RefundTotal>,
}

impl Refunds {
    /// How much has been given back, in minor units. The latest total covers every refund made up to its time; refunds
    /// made later come on top, and those that failed later come off.
    pub fn given_back(&self) -> i64 {
        let latest = self.latest_word_of_each();
        let sum = |fits: &dyn Fn(&Refund) -> bool| {
            latest
                .values()
                .filter(|refund| fits(refund))
                .fold(0_i64, |sum, refund| sum.saturating_add(refund.minor.max(0)))
        };
        // Of two totals of one second the greater is the later: totals fall only when a refund fails.
        let Some(total) = self.totals.iter().max_by_key(|total| (total.said_at, total.minor)) else {
            return sum(&|refund| refund.status.counts());
        };
        let known_before = sum(&|refund| refund.status.counts() && refund.made_at <= total.said_at);
        let made_after = sum(&|refund| refund.status.counts() && refund.made_at > total.said_at);
        let failed_after =
            sum(&|refund| !refund.status.counts() && refund.made_at <= total.said_at && refund.said_at > total.said_at);
        known_before.max(total.minor.saturating_sub(failed_after)).saturating_add(made_after).max(0)
    }

    /// Each refund as it was last told of. Of two words of one time a failure holds: it is never taken back, while a
    /// success may have been told of twice.
    fn latest_word_of_each(&self) -> BTreeMap<&str, &Refund> {
        let mut latest: BTreeMap<&str, &Refund> = BTreeMap::new();
        let word =
            |refund: &Refund| (refund.said_at, !refund.status.counts(), refund.status, refund.minor, refund.made_at);
        for refund in &self.single {
            let known = latest.entry(refund.key.as_str()).or_insert(refund);
            if word(refund) > word(known) {
                *known = refund;
            }
        }
        latest
    }
}
