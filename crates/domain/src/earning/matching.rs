//! Which offers apply to something that happened, and why the others do not. Every "no" has a reason that is stored.

use super::commission::EarningSource;
use super::offer::{OfferVersion, Terms, Trigger};
use super::transaction::Transaction;
use crate::closed::closed_list;
use crate::id::{GroupId, OfferId, PartnerId};
use crate::mode::Mode;
use crate::money::Money;
use crate::program::partner::PartnerVersion;
use crate::program::version::in_force;
use crate::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

closed_list! {
    /// Why an offer pays for an event, or why it does not.
    pub enum EarningWhy {
        Applied = "applied", "The offer applies.";
        Capped = "capped", "The offer applies, but only up to the most that it pays for one customer.";
        TestMode = "test_mode", "Made while testing: tests never earn.";
        Organic = "organic", "The customer belongs to no partner.";
        PartnerNotActive = "partner_not_active", "The partner was not active then.";
        NoOffer = "no_offer", "The program had no offer then.";
        OtherTrigger = "other_trigger", "The offer is for something else.";
        OtherGroup = "other_group", "The offer is for another group of partners.";
        OfferNotYet = "offer_not_yet", "The offer did not exist then.";
        OfferArchived = "offer_archived", "The offer had been put away by then.";
        OtherProduct = "other_product", "The offer is not for what was paid for.";
        BeyondFirstN = "beyond_first_n", "The offer is only for the customer's first payments, and this is a later one.";
        BeyondMonths = "beyond_months", "The offer's months since the customer's first payment had passed.";
        CapReached = "cap_reached", "The offer has paid the most that it pays for one customer.";
        NothingPaid = "nothing_paid", "Nothing was paid, or all of it was given back.";
        AmountTooLarge = "amount_too_large", "The amount is beyond what can be reckoned.";
    }
}

impl EarningWhy {
    /// Whether the offer pays.
    pub const fn pays(self) -> bool {
        matches!(self, Self::Applied | Self::Capped)
    }
}

/// Something that happened and may earn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// What it is.
    pub source: EarningSource,
    /// When it happened; offers, groups and statuses are read as of then.
    pub occurred_at: Instant,
    /// The payment, if it is one.
    pub transaction: Option<&'a Transaction>,
}

impl<'a> Event<'a> {
    /// A payment.
    pub fn payment(transaction: &'a Transaction) -> Self {
        Self {
            source: EarningSource::transaction(&transaction.id),
            occurred_at: transaction.occurred_at,
            transaction: Some(transaction),
        }
    }
}

/// What an offer makes of an event: stored and shown, for those that do not pay too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarningNote {
    /// What happened.
    pub source: EarningSource,
    /// Which offer; none where the reason has to do with no offer in particular.
    pub offer: Option<OfferId>,
    /// The version that was read.
    pub offer_version: Option<i64>,
    /// The partner whom it would pay.
    pub partner: Option<PartnerId>,
    /// Why, or why not.
    pub why: EarningWhy,
    /// How much it comes to now, where it pays.
    pub amount: Option<Money>,
}

/// The customer's payments in their order, from which the limits of offers are worked out.
#[derive(Clone, Debug)]
pub struct History<'a> {
    payments: Vec<&'a Transaction>,
}

impl<'a> History<'a> {
    /// Puts payments in order of when they were made, then of the provider's key: never of when they arrived. Payments of
    /// nothing, negative ones and deleted ones are not counted; refunded ones are, so that a refund gives no place back.
    pub fn new(transactions: &'a [Transaction]) -> Self {
        let mut payments: Vec<&Transaction> =
            transactions.iter().filter(|payment| payment.amount.minor > 0 && payment.removed_at.is_none()).collect();
        payments.sort_by_key(|payment| (payment.occurred_at, &payment.key, &payment.id));
        payments.dedup_by(|one, other| one.id == other.id);
        Self { payments }
    }

    /// Those that `offer` is for, in order.
    fn admitted(&self, offer: &OfferVersion) -> impl Iterator<Item = &'a Transaction> {
        self.payments.iter().copied().filter(move |payment| admits(offer, payment))
    }

    /// Whether a payment is among the first so many that `offer` is for. It looks no further than those.
    fn is_among_first(&self, payment: &Transaction, offer: &OfferVersion, count: u32) -> bool {
        self.admitted(offer).take(count as usize).any(|early| early.id == payment.id)
    }

    /// When the first payment that `offer` is for was made.
    fn first_at(&self, offer: &OfferVersion) -> Option<Instant> {
        self.admitted(offer).next().map(|first| first.occurred_at)
    }
}

/// Judges every offer for one event of a customer that belongs to `partner`. The amount in a note is what the offer comes to
/// before any cap, which needs the customer's other payments.
pub fn judge_offers(
    event: &Event<'_>,
    mode: Mode,
    partner: Option<&PartnerId>,
    partners: &[PartnerVersion],
    offers: &[OfferVersion],
    history: &History<'_>,
) -> Vec<EarningNote> {
    let whole = |why| {
        vec![EarningNote {
            source: event.source.clone(),
            offer: None,
            offer_version: None,
            partner: partner.cloned(),
            why,
            amount: None,
        }]
    };
    if mode == Mode::Test {
        return whole(EarningWhy::TestMode);
    }
    let Some(partner) = partner else {
        return whole(EarningWhy::Organic);
    };
    // Before its first version the first one holds: a company that brings its history along enters partners late.
    let standing = PartnerVersion::of_or_first(partners, partner, event.occurred_at);
    let Some(standing) = standing.filter(|standing| standing.status.earns()) else {
        return whole(EarningWhy::PartnerNotActive);
    };
    let ids: BTreeSet<&OfferId> = offers.iter().map(|version| &version.offer).collect();
    if ids.is_empty() {
        return whole(EarningWhy::NoOffer);
    }
    let judge = |id: &OfferId| {
        let version = in_force(offers.iter().filter(|version| version.offer == *id), event.occurred_at);
        let outcome = match version {
            Some(version) => judge_offer(event, &standing.group, version, history),
            None => Err(EarningWhy::OfferNotYet),
        };
        EarningNote {
            source: event.source.clone(),
            offer: Some(id.clone()),
            offer_version: version.map(|version| version.version),
            partner: Some(partner.clone()),
            why: outcome.err().unwrap_or(EarningWhy::Applied),
            amount: outcome.ok(),
        }
    };
    ids.into_iter().map(judge).collect()
}

/// What one offer comes to, or the first reason why it does not apply.
fn judge_offer(
    event: &Event<'_>,
    group: &GroupId,
    offer: &OfferVersion,
    history: &History<'_>,
) -> Result<Money, EarningWhy> {
    if offer.archived_at.is_some_and(|archived_at| archived_at <= event.occurred_at) {
        return Err(EarningWhy::OfferArchived);
    }
    if offer.trigger != event.source.trigger {
        return Err(EarningWhy::OtherTrigger);
    }
    if offer.group.as_ref().is_some_and(|only| only != group) {
        return Err(EarningWhy::OtherGroup);
    }
    let Some(payment) = event.transaction else {
        return amount_without_payment(offer);
    };
    if !admits(offer, payment) {
        return Err(EarningWhy::OtherProduct);
    }
    check_limits(payment, offer, history)?;
    amount_of(payment, offer)
}

/// A percentage needs a payment to be a share of.
fn amount_without_payment(offer: &OfferVersion) -> Result<Money, EarningWhy> {
    match offer.terms {
        Terms::Flat { amount } => Ok(amount),
        Terms::Percent { .. } => Err(EarningWhy::NothingPaid),
    }
}

fn check_limits(payment: &Transaction, offer: &OfferVersion, history: &History<'_>) -> Result<(), EarningWhy> {
    // A payment of nothing takes no place, and loses none.
    if payment.amount.minor <= 0 || payment.removed_at.is_some() {
        return Ok(());
    }
    if offer.limits.first_n.is_some_and(|count| !history.is_among_first(payment, offer, count)) {
        return Err(EarningWhy::BeyondFirstN);
    }
    let ended =
        offer.limits.months.zip(history.first_at(offer)).map(|(months, first_at)| months_after(first_at, months));
    if ended.is_some_and(|ended| payment.occurred_at >= ended) {
        return Err(EarningWhy::BeyondMonths);
    }
    Ok(())
}

/// What the offer pays for the payment as it is now. A percentage follows what is left of it; a flat amount stands until
/// nothing is left.
fn amount_of(payment: &Transaction, offer: &OfferVersion) -> Result<Money, EarningWhy> {
    let net = payment.net();
    let amount = match offer.terms {
        Terms::Percent { rate } => rate.of(net).map_err(|_| EarningWhy::AmountTooLarge)?,
        Terms::Flat { amount } if net.minor > 0 => amount,
        Terms::Flat { .. } => return Err(EarningWhy::NothingPaid),
    };
    if net.is_zero() { Err(EarningWhy::NothingPaid) } else { Ok(amount) }
}

fn admits(offer: &OfferVersion, payment: &Transaction) -> bool {
    let (product, category) = (payment.product_key.as_deref(), payment.category_key.as_deref());
    offer.trigger == Trigger::Transaction && offer.rules.admit(product, category, payment.amount.minor)
}

/// The instant so many calendar months (UTC) later; the end of time if there is no such date.
fn months_after(at: Instant, months: u32) -> Instant {
    let later = jiff::Timestamp::from_microsecond(at.micros()).ok().and_then(|stamp| {
        let span = jiff::Span::new().try_months(i64::from(months)).ok()?;
        stamp.to_zoned(jiff::tz::TimeZone::UTC).checked_add(span).ok()
    });
    later.map_or(Instant::from_micros(i64::MAX), |later| Instant::from_micros(later.timestamp().as_microsecond()))
}
