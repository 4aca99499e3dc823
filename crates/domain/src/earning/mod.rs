//! A transaction meets an offer and becomes a commission.

pub mod commission;
pub mod matching;
pub mod offer;
pub mod reckoning;
pub mod refund;
pub mod transaction;

pub use commission::{
    Commission, CommissionError, CommissionStatus, EarningSource, HoldReason, PostingKind, StatusChange, Verdict,
    approve, decide, decline, hold, release, review,
};
pub use matching::{EarningNote, EarningWhy, Event, History, judge_offers};
pub use offer::{Limits, OfferError, OfferVersion, ProductRules, Terms, Trigger};
pub use reckoning::{Posting, ReckonFacts, Reckoning, reckon};
pub use refund::{Refund, RefundStatus, RefundTotal, Refunds};
pub use transaction::Transaction;
