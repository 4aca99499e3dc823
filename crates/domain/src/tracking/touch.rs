//! Touches: clicks seen as candidates for a customer.

use super::screening::Outcome;
use super::xid::ClickKey;
use crate::closed::closed_list;
use crate::id::{ClaimId, PartnerId};
use crate::time::Instant;
use serde::{Deserialize, Serialize};

/// Which click a touch is of: the click's key, ordered by its time. Attribution orders by the time in the id, never by
/// when the id was shown to us, so that showing an old id again extends nothing (`product.md` 4 "Click id").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TouchId {
    /// When the click was made, in milliseconds since 1970.
    pub millis: i64,
    /// Which run of which process issued the id.
    pub incarnation: u32,
    /// Which click within that millisecond.
    pub counter: u16,
}

impl TouchId {
    /// When the click was made.
    pub const fn at(self) -> Instant {
        Instant::from_millis(self.millis)
    }
}

/// What screening made of the click, as far as attribution cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TouchClass {
    /// A person's click: it attributes.
    Counts,
    /// Screened out as a machine's; attributes once a real landing or a confirmed sign-up follows.
    CountsOnceConfirmed,
    /// Never attributes: our own checks, staff, a partner's own test.
    Never,
}

impl From<ClickKey> for TouchId {
    fn from(key: ClickKey) -> Self {
        Self { millis: key.millis, incarnation: key.incarnation, counter: key.counter }
    }
}

impl From<TouchId> for ClickKey {
    fn from(id: TouchId) -> Self {
        Self { incarnation: id.incarnation, millis: id.millis, counter: id.counter }
    }
}

impl From<Outcome> for TouchClass {
    fn from(outcome: Outcome) -> Self {
        if outcome.attributes() {
            Self::Counts
        } else if outcome.upgradable() {
            Self::CountsOnceConfirmed
        } else {
            Self::Never
        }
    }
}

closed_list! {
    /// How the click's id came to us with a claim.
    pub enum CameBy {
        Cookie = "cookie", "The browser kept it in a cookie.";
        Storage = "storage", "The browser kept it in the page's storage.";
        Url = "url", "It stood in the address of the page.";
        S2s = "s2s", "The company's server sent it.";
        Earlier = "earlier", "A later click of the same browser still carried it in its cookies.";
        Unsaid = "unsaid", "It came with the sign-up, which did not say from where.";
    }
}

/// A click that a claim brought along. The same click may come with several claims: one touch for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// Which click.
    pub id: TouchId,
    /// The click id as text.
    pub xid: String,
    /// Whose link it was, as of the click.
    pub partner: PartnerId,
    /// What screening said.
    pub class: TouchClass,
    /// When a landing showed that a click screened out was a person's after all.
    pub landed_at: Option<Instant>,
    /// How the id came.
    pub came_by: CameBy,
    /// The claim that brought it.
    pub claim: ClaimId,
    /// Whether customers that have nothing else in common came with this id too. It is told; it decides nothing.
    pub shared_id: bool,
}

closed_list! {
    /// Why a touch won, or why it did not.
    pub enum TouchWhy {
        LastClick = "last_click", "It was the last click before the sign-up.";
        LastClickAfterPayment = "last_click_after_payment",
            "It came after the first payment, and the program lets later clicks have the payments that follow.";
        WonEarlierPayments = "won_earlier_payments",
            "It has the payments up to a later click, which has those that follow.";
        EarlierClick = "earlier_click", "A later click counted instead: the last click has the customer.";
        DecidedByPerson = "decided_by_person", "A person decided whom the customer belongs to.";
        WindowClosed = "window_closed", "The sign-up came after the click's window had closed.";
        AfterClaim = "after_claim", "The click was made after the sign-up.";
        AfterFirstPayment = "after_first_payment", "The click was made after the customer's first payment.";
        PartnerNotActive = "partner_not_active", "The partner was not active when the click was made.";
        ScreenedOut = "screened_out",
            "The click looked like a machine's, and neither a landing nor a confirmed sign-up has followed.";
        NeverCounts = "never_counts", "The click was a test of the link, not a visitor's.";
        LateFact = "late_fact", "It became known after the matter was settled.";
    }
}

impl TouchWhy {
    /// Whether a touch with this reason could have won.
    pub const fn was_eligible(self) -> bool {
        matches!(
            self,
            Self::LastClick
                | Self::LastClickAfterPayment
                | Self::WonEarlierPayments
                | Self::EarlierClick
                | Self::DecidedByPerson
        )
    }
}
