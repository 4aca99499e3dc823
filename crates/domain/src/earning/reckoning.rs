//! Reckoning a customer: what should stand, less what stands, is what gets posted (`money.md` 2 "Target and delta").
//!
//! A customer is reckoned whole, since limits depend on all its payments. Each group (what earned, offer, version, partner)
//! has a target; the difference to the rows that stand becomes a row of its own. So refunds, a partner who changes, a late
//! payment that takes the first place: all are the same subtraction, and reckoning again posts nothing.

use super::commission::{Commission, CommissionStatus, EarningSource, HoldReason, PostingKind, StatusChange};
use super::matching::{EarningNote, EarningWhy, Event, History, judge_offers};
use super::offer::{OfferVersion, Trigger};
use super::transaction::Transaction;
use crate::id::{CustomerId, OfferId, PartnerId};
use crate::mode::Mode;
use crate::money::{Currency, Money};
use crate::program::partner::PartnerVersion;
use crate::time::Instant;
use crate::tracking::{Attribution, Binding};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that bears on what one customer earns for partners.
#[derive(Clone, Debug, PartialEq)]
pub struct ReckonFacts {
    /// Live or test; tests never earn.
    pub mode: Mode,
    /// Which customer.
    pub customer: CustomerId,
    /// When it signed up.
    pub signed_up_at: Instant,
    /// Whose it is.
    pub attribution: Attribution,
    /// All its payments.
    pub transactions: Vec<Transaction>,
    /// All versions of every partner that the attribution names.
    pub partners: Vec<PartnerVersion>,
    /// All versions of all offers of the program.
    pub offers: Vec<OfferVersion>,
    /// The commissions that offers made for this customer so far, declined ones too.
    pub standing: Vec<Commission>,
    /// The present, by which waiting times have passed or not. Amounts do not depend on it.
    pub now: Instant,
}

/// A row that is to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    /// What earned it.
    pub source: EarningSource,
    /// Which offer.
    pub offer: OfferId,
    /// Which version of it.
    pub offer_version: i64,
    /// Whose it is.
    pub partner: PartnerId,
    /// Its number in its group, from 1.
    pub seq: i64,
    /// What it is to its group.
    pub kind: PostingKind,
    /// How much; negative for what is taken back.
    pub amount: Money,
    /// Where it begins.
    pub status: CommissionStatus,
    /// Why it is held back, if it is.
    pub hold: Option<HoldReason>,
    /// When the offer's waiting time ends, if it has one.
    pub release_at: Option<Instant>,
    /// When what earned it happened.
    pub occurred_at: Instant,
}

/// What reckoning says is to be done, and what it made of each event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoning {
    /// Rows to write, in this order.
    pub postings: Vec<Posting>,
    /// Rows that go on hold, or off it.
    pub changes: Vec<StatusChange>,
    /// Why each offer did or did not pay, for each payment and the sign-up.
    pub notes: Vec<EarningNote>,
}

impl Reckoning {
    /// Whether nothing is to be done.
    pub fn is_settled(&self) -> bool {
        self.postings.is_empty() && self.changes.is_empty()
    }
}

/// One group of rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct GroupKey {
    source: EarningSource,
    offer: OfferId,
    offer_version: i64,
    partner: PartnerId,
}

/// What should stand in a group.
struct Target {
    amount: Money,
    hold: Option<HoldReason>,
    release_at: Option<Instant>,
    occurred_at: Instant,
}

/// Works out what is to be posted for a customer. Total: an amount beyond reckoning is a note, not a failure.
pub fn reckon(facts: &ReckonFacts) -> Reckoning {
    let history = History::new(&facts.transactions);
    let events = events_in_order(facts);
    let mut reckoning = Reckoning::default();
    let mut targets: BTreeMap<GroupKey, Target> = BTreeMap::new();
    let mut used: BTreeMap<(OfferId, Currency), i64> = BTreeMap::new();

    for event in &events {
        let binding = binding_of(facts, event);
        let notes = judge_offers(event, facts.mode, binding.partner.as_ref(), &facts.partners, &facts.offers, &history);
        for mut note in notes {
            cap(&mut note, &facts.offers, &mut used);
            if let Some((key, target)) = target_of(&note, event, binding, facts) {
                targets.insert(key, target);
            }
            reckoning.notes.push(note);
        }
    }
    post_differences(facts, &targets, &mut reckoning);
    reckoning
}

/// The sign-up and every payment, in the order in which caps fill: by time, then by the provider's key.
fn events_in_order(facts: &ReckonFacts) -> Vec<Event<'_>> {
    let mut payments: Vec<&Transaction> = facts.transactions.iter().collect();
    payments.sort_by_key(|payment| (payment.occurred_at, &payment.key, &payment.id));
    payments.dedup_by(|one, other| one.id == other.id);
    let signup =
        Event { source: EarningSource::signup(&facts.customer), occurred_at: facts.signed_up_at, transaction: None };
    std::iter::once(signup).chain(payments.into_iter().map(Event::payment)).collect()
}

/// Whose the event is.
fn binding_of<'a>(facts: &'a ReckonFacts, event: &Event<'_>) -> &'a Binding {
    match event.transaction {
        Some(payment) => facts.attribution.for_payment(&payment.id, payment.occurred_at),
        None => facts.attribution.for_sign_up(),
    }
}

/// Holds a note's amount to what is left under the offer's cap, which is one per customer, whoever the partner is.
fn cap(note: &mut EarningNote, offers: &[OfferVersion], used: &mut BTreeMap<(OfferId, Currency), i64>) {
    let (Some(offer), Some(amount)) = (note.offer.clone(), note.amount) else {
        return;
    };
    let version = offers.iter().find(|version| version.offer == offer && Some(version.version) == note.offer_version);
    let so_far = used.entry((offer, amount.currency)).or_default();
    let cap = version.and_then(|version| version.limits.cap_amount);
    let room = cap.map_or(i64::MAX, |cap| cap.saturating_sub(*so_far).max(0));
    let paid = amount.minor.min(room);
    *so_far = so_far.saturating_add(paid);
    if paid < amount.minor {
        note.why = if paid == 0 { EarningWhy::CapReached } else { EarningWhy::Capped };
        note.amount = (paid != 0).then_some(Money::new(paid, amount.currency));
    }
}

/// The group and the target that a note stands for, if it pays.
fn target_of(
    note: &EarningNote,
    event: &Event<'_>,
    binding: &Binding,
    facts: &ReckonFacts,
) -> Option<(GroupKey, Target)> {
    let (offer, offer_version) = (note.offer.clone()?, note.offer_version?);
    let amount = note.amount?;
    let version = facts.offers.iter().find(|version| version.offer == offer && version.version == offer_version)?;
    let release_at = (version.hold_days > 0).then(|| event.occurred_at.plus_days(i64::from(version.hold_days)));
    let unconfirmed = event.source.trigger == Trigger::Signup && !facts.attribution.confirmed;
    let waiting = release_at.is_some_and(|release_at| facts.now < release_at);
    let hold = binding
        .hold
        .map(HoldReason::from)
        .or_else(|| unconfirmed.then_some(HoldReason::Unconfirmed))
        .or_else(|| waiting.then_some(HoldReason::HoldPeriod));
    let key = GroupKey { source: event.source.clone(), offer, offer_version, partner: note.partner.clone()? };
    Some((key, Target { amount, hold, release_at, occurred_at: event.occurred_at }))
}

/// Posts, for every group that should stand or does, what is missing or too much; and moves what stands on or off hold.
fn post_differences(facts: &ReckonFacts, targets: &BTreeMap<GroupKey, Target>, reckoning: &mut Reckoning) {
    let mut standing: BTreeMap<GroupKey, Vec<&Commission>> = BTreeMap::new();
    for row in &facts.standing {
        let key = GroupKey {
            source: row.source.clone(),
            offer: row.offer.clone(),
            offer_version: row.offer_version,
            partner: row.partner.clone(),
        };
        standing.entry(key).or_default().push(row);
    }
    let keys: BTreeSet<&GroupKey> = targets.keys().chain(standing.keys()).collect();
    for key in keys {
        let mut rows = standing.get(key).cloned().unwrap_or_default();
        rows.sort_by_key(|row| row.seq);
        rows.dedup_by(|one, other| one.id == other.id);
        let group = Group { key, rows, target: targets.get(key) };
        group.post(facts, &mut reckoning.postings);
        group.move_holds(&mut reckoning.changes);
    }
}

/// The rows of one group beside what should stand.
struct Group<'a> {
    key: &'a GroupKey,
    rows: Vec<&'a Commission>,
    target: Option<&'a Target>,
}

impl Group<'_> {
    /// Rows that count: what was declined does not stand.
    fn counting(&self) -> impl Iterator<Item = &Commission> {
        self.rows.iter().copied().filter(|row| row.status != CommissionStatus::Declined)
    }

    /// What should stand now. Once a person has declined any of a group, no later fact earns it again; what had been
    /// invoiced before stays, as far as it is still due.
    fn wanted(&self) -> i64 {
        let due = self.target.map_or(0, |target| target.amount.minor);
        if !self.rows.iter().any(|row| row.status == CommissionStatus::Declined) {
            return due;
        }
        let invoiced = sum(self.counting().filter(|row| !row.status.is_open()));
        if due >= 0 { due.min(invoiced.max(0)) } else { due.max(invoiced.min(0)) }
    }

    /// Where a row stands once holds have been moved. What waits for review goes on hold while there is a reason; what was
    /// held for a reason that is gone comes off. What a person put on hold, approved or declined stays as it is, and so
    /// does everything in a group that nothing is due in.
    fn settled_status(&self, row: &Commission) -> (CommissionStatus, Option<HoldReason>) {
        use CommissionStatus as S;
        match (row.status, row.hold, self.target.map(|target| target.hold)) {
            (S::Hold, Some(HoldReason::ByPerson), _) => (row.status, row.hold),
            (S::Pending | S::Hold, _, Some(Some(reason))) => (S::Hold, Some(reason)),
            (S::Hold, _, Some(None)) => (S::Pending, None),
            _ => (row.status, row.hold),
        }
    }

    fn post(&self, facts: &ReckonFacts, postings: &mut Vec<Posting>) {
        let stands = sum(self.counting());
        let Some(currency) = self.currency() else {
            return;
        };
        let missing = self.wanted().saturating_sub(stands);
        let mut seq = self.rows.iter().map(|row| row.seq).max().unwrap_or(0);
        for (minor, status) in self.split(missing) {
            seq += 1;
            let kind = match minor {
                _ if minor < 0 && seq > 1 => PostingKind::Reversal,
                _ if seq > 1 => PostingKind::Adjustment,
                _ => PostingKind::Accrual,
            };
            let hold = if minor < 0 { self.hold_of_standing() } else { None }.or(self.hold_of_new());
            postings.push(Posting {
                source: self.key.source.clone(),
                offer: self.key.offer.clone(),
                offer_version: self.key.offer_version,
                partner: self.key.partner.clone(),
                seq,
                kind,
                amount: Money::new(minor, currency),
                status,
                hold: hold.filter(|_| status == CommissionStatus::Hold),
                release_at: self.target.and_then(|target| target.release_at),
                occurred_at: self.occurred_at(facts),
            });
        }
    }

    /// Splits a difference by where it is to stand. What is added begins on hold or pending. What is taken back is taken
    /// from where it stands, the least advanced first; what was invoiced or paid is never touched but recovered from the
    /// next invoice (`money.md` 2 "After payout").
    fn split(&self, missing: i64) -> Vec<(i64, CommissionStatus)> {
        use CommissionStatus as S;
        if missing == 0 {
            return Vec::new();
        }
        let begins = if self.hold_of_new().is_some() { S::Hold } else { S::Pending };
        if missing > 0 || self.rows.is_empty() {
            return vec![(missing, begins)];
        }
        let mut left = missing;
        let mut parts = Vec::new();
        for status in [S::Scheduled, S::Hold, S::Pending, S::Approved] {
            let there = sum(self.counting().filter(|row| self.settled_status(row).0 == status));
            let taken = left.max(-there.max(0));
            if taken != 0 {
                parts.push((taken, status));
                left -= taken;
            }
        }
        if left != 0 {
            let invoiced = self.counting().any(|row| !row.status.is_open());
            parts.push((left, if invoiced { S::Recoverable } else { begins }));
        }
        parts
    }

    /// Tells which rows go on hold, or off it.
    fn move_holds(&self, changes: &mut Vec<StatusChange>) {
        for row in self.counting() {
            let (to, hold) = self.settled_status(row);
            if (to, hold) != (row.status, row.hold) {
                changes.push(StatusChange { commission: row.id.clone(), from: row.status, to, hold });
            }
        }
    }

    /// Why what is added is held back: a person's hold on the group is for all of it.
    fn hold_of_new(&self) -> Option<HoldReason> {
        let by_person = self.counting().any(|row| row.hold == Some(HoldReason::ByPerson));
        if by_person { Some(HoldReason::ByPerson) } else { self.target.and_then(|target| target.hold) }
    }

    /// Why what stands is held back, which what is taken back from there is too.
    fn hold_of_standing(&self) -> Option<HoldReason> {
        let settled = self.counting().map(|row| self.settled_status(row));
        settled.filter(|(status, _)| *status == CommissionStatus::Hold).find_map(|(_, hold)| hold)
    }

    fn currency(&self) -> Option<Currency> {
        self.rows.first().map(|row| row.amount.currency).or(self.target.map(|target| target.amount.currency))
    }

    fn occurred_at(&self, facts: &ReckonFacts) -> Instant {
        let earned_at = || {
            let id = self.key.source.transaction_id();
            let payment = facts.transactions.iter().find(|payment| Some(&payment.id) == id.as_ref());
            payment.map_or(facts.signed_up_at, |payment| payment.occurred_at)
        };
        self.target.map_or_else(earned_at, |target| target.occurred_at)
    }
}

/// What rows come to together, in minor units.
fn sum<'a>(rows: impl Iterator<Item = &'a Commission>) -> i64 {
    rows.fold(0_i64, |sum, row| sum.saturating_add(row.amount.minor))
}
