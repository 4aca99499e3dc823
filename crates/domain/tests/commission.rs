//! What customers earn for partners: told cases first, then what must hold for any history.

mod support;

use proptest::prelude::*;
use std::collections::BTreeMap;
use support::*;
use whence_domain::billing::{
    Account, Balances, LedgerRow, PostedTransfer, transfers_for_change, transfers_for_posting, verify,
};
use whence_domain::earning::{
    Commission, CommissionError, CommissionStatus as Status, EarningSource, EarningWhy, HoldReason, Limits,
    OfferVersion, PostingKind, ProductRules, ReckonFacts, Reckoning, Refund, RefundStatus, RefundTotal, Refunds, Terms,
    Transaction, Trigger, Verdict, reckon, review,
};
use whence_domain::program::{PartnerStatus, PartnerVersion};
use whence_domain::tracking::{AttributionFacts, DecisionScope, attribute};
use whence_domain::{CommissionId, Currency, CustomerId, Instant, Mode, Money, OfferId, PartnerId, Rate};

fn eur(minor: i64) -> Money {
    Money::new(minor, Currency::parse("EUR").expect("a currency"))
}

fn percent(number: u8, ppm: u32) -> OfferVersion {
    OfferVersion {
        offer: OfferId::from_bits(number.into()),
        version: 1,
        from_at: Instant::from_micros(0),
        description: String::from("A share of every payment"),
        archived_at: None,
        trigger: Trigger::Transaction,
        terms: Terms::Percent { rate: Rate::from_ppm(ppm) },
        limits: Limits::default(),
        rules: ProductRules::default(),
        hold_days: 0,
        group: None,
    }
}

fn flat(number: u8, minor: i64) -> OfferVersion {
    OfferVersion { terms: Terms::Flat { amount: eur(minor) }, ..percent(number, 0) }
}

fn payment(number: u8, minor: i64, hours: i64) -> Transaction {
    Transaction {
        id: transaction_id(number),
        key: format!("ch_{number}"),
        amount: eur(minor),
        product_key: None,
        category_key: None,
        occurred_at: hour(hours),
        removed_at: None,
        refunds: Refunds::default(),
    }
}

fn refund(key: &str, minor: i64, status: RefundStatus, hours: i64) -> Refund {
    Refund { key: key.to_owned(), minor, status, made_at: hour(hours), said_at: hour(hours) }
}

/// The books of one customer: what a store would keep between two reckonings.
#[derive(Clone, Default)]
struct Books {
    rows: Vec<Commission>,
    transfers: Vec<PostedTransfer>,
}

impl Books {
    fn save(&mut self, reckoning: &Reckoning) {
        for change in &reckoning.changes {
            let row = self.rows.iter_mut().find(|row| row.id == change.commission).expect("only what stands changes");
            assert_eq!(row.status, change.from);
            let moved = transfers_for_change(&row.partner, row.amount, change.from, change.to).expect("fits");
            row.status = change.to;
            row.hold = change.hold;
            let id = row.id.clone();
            self.transfers
                .extend(moved.into_iter().map(|transfer| PostedTransfer { commission: id.clone(), transfer }));
        }
        for posting in &reckoning.postings {
            let id = CommissionId::from_bits(self.rows.len() as u128 + 1);
            assert!(!posting.amount.is_zero(), "nothing is never posted");
            let moved = transfers_for_posting(&posting.partner, posting.amount, posting.status).expect("fits");
            self.transfers
                .extend(moved.into_iter().map(|transfer| PostedTransfer { commission: id.clone(), transfer }));
            self.rows.push(Commission {
                id,
                source: posting.source.clone(),
                offer: posting.offer.clone(),
                offer_version: posting.offer_version,
                partner: posting.partner.clone(),
                seq: posting.seq,
                kind: posting.kind,
                amount: posting.amount,
                status: posting.status,
                hold: posting.hold,
                release_at: posting.release_at,
            });
        }
    }

    fn review(&mut self, place: usize, verdict: Verdict) -> Result<(), CommissionError> {
        let row = self.rows[place].clone();
        let changes = review(&self.rows, &row, verdict)?;
        self.save(&Reckoning { changes, ..Reckoning::default() });
        Ok(())
    }

    /// Closes an invoice over everything approved, and pays it.
    fn pay_out(&mut self) {
        let approved = self.rows.iter().filter(|row| matches!(row.status, Status::Approved | Status::Recoverable));
        let changes = approved.map(|row| whence_domain::earning::StatusChange {
            commission: row.id.clone(),
            from: row.status,
            to: Status::Paid,
            hold: None,
        });
        let changes = changes.collect();
        self.save(&Reckoning { changes, ..Reckoning::default() });
    }

    fn stands(&self, of: &PartnerId) -> i64 {
        let counting = self.rows.iter().filter(|row| row.partner == *of && row.status != Status::Declined);
        counting.map(|row| row.amount.minor).sum()
    }

    /// What stands, by what earned it, offer, version and partner.
    fn sums(&self) -> BTreeMap<(EarningSource, OfferId, i64, PartnerId), i64> {
        let mut sums = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.status != Status::Declined) {
            let key = (row.source.clone(), row.offer.clone(), row.offer_version, row.partner.clone());
            *sums.entry(key).or_insert(0) += row.amount.minor;
        }
        sums.retain(|_, sum| *sum != 0);
        sums
    }

    /// The books are right: every row's money is where the row stands, and every balance is the sum of its postings.
    fn check(&self) {
        let rows: Vec<LedgerRow> = self
            .rows
            .iter()
            .map(|row| LedgerRow {
                commission: row.id.clone(),
                partner: row.partner.clone(),
                amount: row.amount,
                status: row.status,
            })
            .collect();
        let balances = Balances::fold(self.transfers.iter().map(|posted| &posted.transfer)).expect("fits");
        assert_eq!(verify(&rows, &self.transfers, &balances), vec![]);
        assert_eq!(balances.iter().map(|(_, _, amount)| amount.minor).sum::<i64>(), 0);
        for row in &rows {
            let account = Account::of(row.status);
            let in_it =
                rows.iter().filter(|other| other.partner == row.partner && Account::of(other.status) == account);
            let sum: i64 = in_it.filter(|_| account != Account::Expense).map(|other| other.amount.minor).sum();
            if account != Account::Expense {
                assert_eq!(balances.of(&row.partner, row.amount.currency, account).minor, sum);
            }
        }
    }
}

/// A customer of partner 1, by the word of the company's server, with these payments and offers.
fn customer(transactions: Vec<Transaction>, offers: Vec<OfferVersion>) -> ReckonFacts {
    reckoned_by(&facts(vec![by_server(1, hour(0), Some(1))], vec![]), transactions, offers)
}

fn reckoned_by(known: &AttributionFacts, transactions: Vec<Transaction>, offers: Vec<OfferVersion>) -> ReckonFacts {
    ReckonFacts {
        mode: Mode::Live,
        customer: CustomerId::from_bits(1),
        signed_up_at: hour(0),
        attribution: attribute(known),
        transactions,
        partners: known.partners.clone(),
        offers,
        standing: vec![],
        now: hour(0),
    }
}

/// Reckons on these books and saves.
fn settle(books: &mut Books, facts: &ReckonFacts) -> Reckoning {
    let reckoning = reckon(&ReckonFacts { standing: books.rows.clone(), ..facts.clone() });
    books.save(&reckoning);
    books.check();
    reckoning
}

fn why(reckoning: &Reckoning, payment: u8) -> Vec<EarningWhy> {
    let source = EarningSource::transaction(&transaction_id(payment));
    reckoning.notes.iter().filter(|note| note.source == source).map(|note| note.why).collect()
}

#[test]
fn a_payment_earns_its_share_and_says_which_offer_made_it() {
    let mut books = Books::default();
    let reckoning = settle(&mut books, &customer(vec![payment(1, 9_900, 1)], vec![percent(1, 200_000)]));
    let posting = &reckoning.postings[0];
    assert_eq!((posting.amount, posting.kind, posting.seq), (eur(1_980), PostingKind::Accrual, 1));
    assert_eq!((posting.status, posting.hold), (Status::Pending, None));
    assert_eq!(why(&reckoning, 1), vec![EarningWhy::Applied]);
}

#[test]
fn every_no_has_a_reason() {
    let paid = || vec![payment(1, 9_900, 100)];
    let judged = |offer: OfferVersion| why(&reckon(&customer(paid(), vec![offer])), 1)[0];
    let offer = || percent(1, 200_000);
    assert_eq!(judged(OfferVersion { group: Some(group(9)), ..offer() }), EarningWhy::OtherGroup);
    assert_eq!(judged(OfferVersion { trigger: Trigger::Signup, ..flat(1, 5) }), EarningWhy::OtherTrigger);
    assert_eq!(judged(OfferVersion { from_at: hour(101), ..offer() }), EarningWhy::OfferNotYet);
    assert_eq!(judged(OfferVersion { archived_at: Some(hour(100)), ..offer() }), EarningWhy::OfferArchived);
    let rules = ProductRules { product_keys: vec![String::from("pro")], ..ProductRules::default() };
    assert_eq!(judged(OfferVersion { rules, ..offer() }), EarningWhy::OtherProduct);

    assert_eq!(why(&reckon(&customer(paid(), vec![])), 1), vec![EarningWhy::NoOffer]);
    let tested = ReckonFacts { mode: Mode::Test, ..customer(paid(), vec![offer()]) };
    assert_eq!(why(&reckon(&tested), 1), vec![EarningWhy::TestMode]);
    assert!(reckon(&tested).postings.is_empty());
    let organic = reckoned_by(&facts(vec![by_server(1, hour(0), None)], vec![]), paid(), vec![offer()]);
    assert_eq!(why(&reckon(&organic), 1), vec![EarningWhy::Organic]);
    let mut left = customer(paid(), vec![offer()]);
    left.partners.push(PartnerVersion { version: 2, from_at: hour(50), status: PartnerStatus::Archived, ..active(1) });
    assert_eq!(why(&reckon(&left), 1), vec![EarningWhy::PartnerNotActive]);
}

#[test]
fn the_offer_is_read_as_of_the_payment() {
    let raised = OfferVersion { version: 2, from_at: hour(10), ..percent(1, 300_000) };
    let facts = customer(vec![payment(1, 1_000, 5), payment(2, 1_000, 15)], vec![raised, percent(1, 200_000)]);
    let amounts: Vec<(i64, i64)> =
        reckon(&facts).postings.iter().map(|posting| (posting.offer_version, posting.amount.minor)).collect();
    assert_eq!(amounts, vec![(1, 200), (2, 300)]);
}

#[test]
fn a_refund_takes_back_its_share_in_a_row_of_its_own() {
    let mut books = Books::default();
    let mut facts = customer(vec![payment(1, 10_000, 1)], vec![percent(1, 200_000)]);
    settle(&mut books, &facts);
    facts.transactions[0].refunds.single.push(refund("re_1", 4_000, RefundStatus::Succeeded, 5));
    let reckoning = settle(&mut books, &facts);
    assert_eq!((reckoning.postings[0].amount, reckoning.postings[0].kind), (eur(-800), PostingKind::Reversal));
    assert_eq!(books.stands(&partner(1)), 1_200);
}

#[test]
fn a_refund_that_fails_gives_back_what_was_taken() {
    let mut books = Books::default();
    let mut facts = customer(vec![payment(1, 10_000, 1)], vec![percent(1, 200_000)]);
    facts.transactions[0].refunds.single.push(refund("re_1", 4_000, RefundStatus::Pending, 5));
    settle(&mut books, &facts);
    assert_eq!(books.stands(&partner(1)), 1_200);
    let failed = Refund { said_at: hour(9), ..refund("re_1", 4_000, RefundStatus::Failed, 5) };
    facts.transactions[0].refunds.single.push(failed);
    let reckoning = settle(&mut books, &facts);
    assert_eq!(reckoning.postings[0].kind, PostingKind::Adjustment);
    assert_eq!(books.stands(&partner(1)), 2_000);
}

#[test]
fn one_refund_told_of_twice_is_subtracted_once() {
    let single = |minor, hours| refund("re_1", minor, RefundStatus::Succeeded, hours);
    let total = |minor, hours| RefundTotal { minor, said_at: hour(hours) };
    let given_back = |single: Vec<Refund>, totals: Vec<RefundTotal>| Refunds { single, totals }.given_back();
    assert_eq!(given_back(vec![single(400, 5)], vec![total(400, 5)]), 400);
    assert_eq!(given_back(vec![single(400, 5), single(400, 5)], vec![]), 400);
    assert_eq!(given_back(vec![], vec![total(700, 9), total(400, 5)]), 700, "the later total holds");
    assert_eq!(given_back(vec![], vec![total(400, 9), total(700, 5)]), 400, "also where a failed refund lowers it");
    let second = refund("re_2", 300, RefundStatus::Succeeded, 9);
    assert_eq!(given_back(vec![single(400, 5), second.clone()], vec![total(400, 5)]), 700, "made after the total");
    assert_eq!(given_back(vec![second], vec![total(700, 9)]), 700, "covered by the total");
    let failed = Refund { said_at: hour(8), ..refund("re_1", 400, RefundStatus::Failed, 5) };
    assert_eq!(given_back(vec![single(400, 5), failed], vec![total(400, 5)]), 0, "failed after the total");
}

#[test]
fn a_flat_amount_stands_until_nothing_is_left_of_the_payment() {
    let mut facts = customer(vec![payment(1, 10_000, 1)], vec![flat(1, 500)]);
    facts.transactions[0].refunds.totals.push(RefundTotal { minor: 9_999, said_at: hour(2) });
    assert_eq!(reckon(&facts).postings[0].amount, eur(500));
    facts.transactions[0].refunds.totals.push(RefundTotal { minor: 10_000, said_at: hour(3) });
    assert_eq!(why(&reckon(&facts), 1), vec![EarningWhy::NothingPaid]);
}

#[test]
fn the_first_payments_are_the_first_made_not_the_first_to_arrive() {
    let first = OfferVersion { limits: Limits { first_n: Some(1), ..Limits::default() }, ..percent(1, 100_000) };
    let mut books = Books::default();
    let mut facts = customer(vec![payment(4, 5_000, 20)], vec![first]);
    settle(&mut books, &facts);
    assert_eq!(books.stands(&partner(1)), 500);
    facts.transactions.push(payment(5, 3_000, 10));
    let reckoning = settle(&mut books, &facts);
    assert_eq!(why(&reckoning, 4), vec![EarningWhy::BeyondFirstN]);
    assert_eq!(books.stands(&partner(1)), 300);
    // Of two made at one instant the provider's key says which is the first; a payment of nothing is no payment.
    facts.transactions.push(payment(3, 2_000, 10));
    facts.transactions.push(payment(2, 0, 10));
    settle(&mut books, &facts);
    assert_eq!(books.stands(&partner(1)), 200);
}

#[test]
fn a_refunded_payment_keeps_its_place_and_a_deleted_one_does_not() {
    let first = OfferVersion { limits: Limits { first_n: Some(1), ..Limits::default() }, ..percent(1, 100_000) };
    let mut facts = customer(vec![payment(1, 3_000, 10), payment(2, 5_000, 20)], vec![first]);
    facts.transactions[0].refunds.totals.push(RefundTotal { minor: 3_000, said_at: hour(30) });
    assert!(reckon(&facts).postings.is_empty());
    facts.transactions[0].removed_at = Some(hour(31));
    assert_eq!(reckon(&facts).postings[0].amount, eur(500));
}

#[test]
fn months_are_calendar_months_from_the_first_payment() {
    let month = OfferVersion { limits: Limits { months: Some(1), ..Limits::default() }, ..percent(1, 100_000) };
    // The story begins on the first of January.
    let last = hour(31 * 24).plus_micros(-1);
    let mut facts = customer(vec![payment(1, 1_000, 0), payment(2, 1_000, 0), payment(3, 1_000, 31 * 24)], vec![month]);
    facts.transactions[1].occurred_at = last;
    let reckoning = reckon(&facts);
    assert_eq!(why(&reckoning, 2), vec![EarningWhy::Applied]);
    assert_eq!(why(&reckoning, 3), vec![EarningWhy::BeyondMonths]);
}

#[test]
fn a_cap_is_for_the_customer_altogether() {
    let capped = OfferVersion { limits: Limits { cap_amount: Some(250), ..Limits::default() }, ..percent(1, 100_000) };
    let payments = vec![payment(1, 2_000, 1), payment(2, 2_000, 2), payment(3, 2_000, 3)];
    let reckoning = reckon(&customer(payments, vec![capped]));
    let whys: Vec<EarningWhy> = [1, 2, 3].into_iter().flat_map(|number| why(&reckoning, number)).collect();
    assert_eq!(whys, vec![EarningWhy::Applied, EarningWhy::Capped, EarningWhy::CapReached]);
    assert_eq!(reckoning.postings.iter().map(|posting| posting.amount.minor).collect::<Vec<_>>(), vec![200, 50]);
}

#[test]
fn a_cap_that_came_later_takes_nothing_back() {
    let limits = Limits { cap_amount: Some(250), ..Limits::default() };
    let capped = OfferVersion { version: 2, from_at: hour(2), limits, ..percent(1, 100_000) };
    let payments = vec![payment(1, 3_000, 1), payment(2, 2_000, 3)];
    let reckoning = reckon(&customer(payments, vec![percent(1, 100_000), capped]));
    assert_eq!(why(&reckoning, 2), vec![EarningWhy::CapReached]);
    assert_eq!(reckoning.postings.iter().map(|posting| posting.amount.minor).collect::<Vec<_>>(), vec![300]);
}

#[test]
fn a_sign_up_earns_on_hold_until_somebody_confirms_the_customer() {
    let offer = OfferVersion { trigger: Trigger::Signup, ..flat(1, 700) };
    let mut known = facts(vec![sign_up(1, hour(0))], vec![click(1, -1, 1)]);
    let mut books = Books::default();
    settle(&mut books, &reckoned_by(&known, vec![], vec![offer.clone()]));
    assert_eq!((books.rows[0].status, books.rows[0].hold), (Status::Hold, Some(HoldReason::Unconfirmed)));
    known.claims.push(by_server(2, hour(3), None));
    settle(&mut books, &reckoned_by(&known, vec![], vec![offer]));
    assert_eq!((books.rows[0].status, books.rows[0].hold), (Status::Pending, None));
    assert_eq!(books.rows.len(), 1);
}

#[test]
fn a_waiting_time_passes() {
    let offer = OfferVersion { hold_days: 30, ..percent(1, 100_000) };
    let mut facts = customer(vec![payment(1, 1_000, 0)], vec![offer]);
    let mut books = Books::default();
    settle(&mut books, &facts);
    assert_eq!((books.rows[0].status, books.rows[0].hold), (Status::Hold, Some(HoldReason::HoldPeriod)));
    assert_eq!(books.rows[0].release_at, Some(hour(0).plus_days(30)));
    facts.now = hour(0).plus_days(30);
    settle(&mut books, &facts);
    assert_eq!(books.rows[0].status, Status::Pending);
}

#[test]
fn when_the_customer_goes_to_another_partner_so_does_the_commission() {
    let mut known = facts(vec![by_server(1, hour(0), Some(1))], vec![]);
    let (payments, offers) = (vec![payment(1, 1_000, 1)], vec![percent(1, 100_000)]);
    let mut books = Books::default();
    settle(&mut books, &reckoned_by(&known, payments.clone(), offers.clone()));
    known.decisions = vec![decided(1, Some(2), DecisionScope::Start, hour(9))];
    settle(&mut books, &reckoned_by(&known, payments, offers));
    assert_eq!((books.stands(&partner(1)), books.stands(&partner(2))), (0, 100));
}

#[test]
fn what_a_person_declined_is_not_earned_again() {
    let mut books = Books::default();
    let mut facts = customer(vec![payment(1, 10_000, 1)], vec![percent(1, 200_000)]);
    facts.transactions[0].refunds.single.push(refund("re_1", 4_000, RefundStatus::Succeeded, 5));
    settle(&mut books, &customer(vec![payment(1, 10_000, 1)], vec![percent(1, 200_000)]));
    settle(&mut books, &facts);
    books.review(0, Verdict::Decline).expect("open");
    assert!(books.rows.iter().all(|row| row.status == Status::Declined), "what was taken back of it goes with it");
    assert_eq!(books.stands(&partner(1)), 0);
    assert!(settle(&mut books, &facts).is_settled());
    facts.transactions[0].refunds.single.push(refund("re_2", 1_000, RefundStatus::Succeeded, 6));
    assert!(settle(&mut books, &facts).is_settled());
}

#[test]
fn a_decline_takes_what_stands_again_after_a_failed_refund_too() {
    let mut books = Books::default();
    let mut facts = customer(vec![payment(1, 10_000, 1)], vec![percent(1, 200_000)]);
    facts.transactions[0].refunds.single.push(refund("re_1", 4_000, RefundStatus::Pending, 5));
    settle(&mut books, &facts);
    facts.transactions[0].refunds.single[0].status = RefundStatus::Canceled;
    settle(&mut books, &facts);
    assert_eq!(books.rows.len(), 2);
    books.review(0, Verdict::Decline).expect("open");
    assert!(books.rows.iter().all(|row| row.status == Status::Declined));
}

#[test]
fn a_decline_does_not_reach_back_into_what_was_paid() {
    let mut books = Books::default();
    let mut facts = customer(vec![payment(1, 10_000, 1)], vec![percent(1, 200_000)]);
    facts.transactions[0].refunds.single.push(refund("re_1", 4_000, RefundStatus::Pending, 5));
    settle(&mut books, &facts);
    books.review(0, Verdict::Approve).expect("open");
    books.pay_out();
    facts.transactions[0].refunds.single[0] =
        Refund { said_at: hour(6), ..refund("re_1", 4_000, RefundStatus::Failed, 5) };
    settle(&mut books, &facts);
    books.review(1, Verdict::Decline).expect("open");
    assert!(settle(&mut books, &facts).is_settled());
    assert_eq!(books.stands(&partner(1)), 1_200);
    facts.transactions[0].refunds.totals.push(RefundTotal { minor: 9_000, said_at: hour(9) });
    settle(&mut books, &facts);
    assert_eq!(books.stands(&partner(1)), 200, "a refund does");
}

#[test]
fn an_approval_takes_what_was_taken_back_along() {
    let mut books = Books::default();
    let mut facts = customer(vec![payment(1, 10_000, 1)], vec![percent(1, 200_000)]);
    settle(&mut books, &facts);
    facts.transactions[0].refunds.single.push(refund("re_1", 4_000, RefundStatus::Succeeded, 5));
    settle(&mut books, &facts);
    books.review(0, Verdict::Approve).expect("open");
    assert!(books.rows.iter().all(|row| row.status == Status::Approved));
    books.check();
}

#[test]
fn a_refund_after_payout_is_recovered_and_never_touches_what_was_paid() {
    let mut books = Books::default();
    let mut facts = customer(vec![payment(1, 10_000, 1)], vec![percent(1, 200_000)]);
    settle(&mut books, &facts);
    books.review(0, Verdict::Approve).expect("open");
    books.pay_out();
    assert_eq!(books.review(0, Verdict::Decline), Err(CommissionError::Invoiced));
    facts.transactions[0].refunds.totals.push(RefundTotal { minor: 10_000, said_at: hour(9) });
    settle(&mut books, &facts);
    assert_eq!((books.rows[0].status, books.rows[0].amount), (Status::Paid, eur(2_000)));
    assert_eq!((books.rows[1].status, books.rows[1].amount), (Status::Recoverable, eur(-2_000)));
}

#[test]
fn a_persons_hold_stays_until_the_person_lifts_it() {
    let mut books = Books::default();
    let facts = customer(vec![payment(1, 10_000, 1)], vec![percent(1, 200_000)]);
    settle(&mut books, &facts);
    books.review(0, Verdict::Hold).expect("open");
    assert!(settle(&mut books, &facts).is_settled());
    assert_eq!(books.rows[0].hold, Some(HoldReason::ByPerson));
    books.review(0, Verdict::Release).expect("on hold");
    assert_eq!((books.rows[0].status, books.rows[0].hold), (Status::Pending, None));
}

#[test]
fn a_persons_hold_is_for_what_is_added_later_too() {
    let mut books = Books::default();
    let mut facts = customer(vec![payment(1, 10_000, 1)], vec![percent(1, 200_000)]);
    facts.transactions[0].refunds.single.push(refund("re_1", 4_000, RefundStatus::Pending, 5));
    settle(&mut books, &facts);
    books.review(0, Verdict::Hold).expect("open");
    facts.transactions[0].refunds.single[0] =
        Refund { said_at: hour(6), ..refund("re_1", 4_000, RefundStatus::Failed, 5) };
    settle(&mut books, &facts);
    assert_eq!((books.rows[1].status, books.rows[1].hold), (Status::Hold, Some(HoldReason::ByPerson)));
    assert!(settle(&mut books, &facts).is_settled());
}

#[test]
fn a_refund_at_the_end_of_the_waiting_time_is_taken_from_where_the_money_goes() {
    let offer = OfferVersion { hold_days: 30, ..percent(1, 100_000) };
    let mut facts = customer(vec![payment(1, 1_000, 0)], vec![offer]);
    let mut books = Books::default();
    settle(&mut books, &facts);
    facts.now = hour(0).plus_days(30);
    facts.transactions[0].refunds.totals.push(RefundTotal { minor: 500, said_at: hour(9) });
    settle(&mut books, &facts);
    assert!(books.rows.iter().all(|row| row.status == Status::Pending && row.hold.is_none()));
    assert!(settle(&mut books, &facts).is_settled());
}

#[test]
fn a_flat_amount_is_in_its_own_currency_and_a_share_in_the_payments() {
    let usd = Currency::parse("USD").expect("a currency");
    let offers = vec![
        percent(1, 100_000),
        OfferVersion { terms: Terms::Flat { amount: Money::new(300, usd) }, ..percent(2, 0) },
    ];
    let amounts: Vec<Money> =
        reckon(&customer(vec![payment(1, 1_000, 1)], offers)).postings.iter().map(|posting| posting.amount).collect();
    assert_eq!(amounts, vec![eur(100), Money::new(300, usd)]);
}

#[test]
fn a_tampered_book_is_told_account_by_account() {
    let mut books = Books::default();
    settle(&mut books, &customer(vec![payment(1, 1_000, 1)], vec![percent(1, 100_000)]));
    let rows = [LedgerRow {
        commission: books.rows[0].id.clone(),
        partner: partner(1),
        amount: eur(101),
        status: Status::Pending,
    }];
    let differences = verify(&rows, &books.transfers, &Balances::default());
    assert_eq!(differences.len(), 4, "two accounts of the row, two balances that were never stored: {differences:?}");
    let alone =
        verify(&[], &books.transfers, &Balances::fold(books.transfers.iter().map(|p| &p.transfer)).expect("fits"));
    assert_eq!(alone.len(), 1, "transfers without their commission");
}

#[test]
fn terms_and_limits_read_as_the_api_writes_them() {
    let terms: Terms = serde_json::from_str(r#"{"type":"percent","rate_ppm":200000}"#).expect("percent");
    assert_eq!(terms, Terms::Percent { rate: Rate::from_ppm(200_000) });
    let terms: Terms = serde_json::from_str(r#"{"type":"flat","amount":500,"currency":"EUR"}"#).expect("flat");
    assert_eq!(terms, Terms::Flat { amount: eur(500) });
    let limits: Limits = serde_json::from_str(r#"{"first_n":3,"months":null}"#).expect("limits");
    assert_eq!(limits, Limits { first_n: Some(3), ..Limits::default() });
}

/// One thing that becomes known.
#[derive(Clone, Debug)]
enum Fact {
    Paid(Transaction),
    Refunded(usize, Refund),
    Totalled(usize, RefundTotal),
    Decided(u8, DecisionScope),
}

fn any_offers() -> impl Strategy<Value = Vec<OfferVersion>> {
    let limits = (prop::option::of(1..4_u32), prop::option::of(1..3_u32), prop::option::of(1..3_000_i64));
    let one = (any::<bool>(), 0..400_000_u32, 1..2_000_i64, limits, 0..3_u32, any::<bool>(), 0..400_i64);
    prop::collection::vec(one, 1..4).prop_map(|offers| {
        let made = offers.into_iter().zip(1..).map(|((share, ppm, minor, limits, hold_days, signup, from), number)| {
            let (first_n, months, cap_amount) = limits;
            let offer = if share { percent(number, ppm) } else { flat(number, minor) };
            let trigger = if signup && !share { Trigger::Signup } else { Trigger::Transaction };
            let first = OfferVersion { trigger, hold_days, limits: Limits { first_n, months, cap_amount }, ..offer };
            let second = OfferVersion { version: 2, from_at: hour(from), limits: Limits::default(), ..first.clone() };
            [first, second]
        });
        made.flatten().collect()
    })
}

fn any_history() -> impl Strategy<Value = Vec<Fact>> {
    let paid = prop::collection::vec((0..20_000_i64, 0..2_000_i64), 1..5);
    let single = (0..5_usize, 0..4_u8, 1..8_000_i64, 0..4_usize, 0..2_000_i64, 0..100_i64);
    let total = (0..5_usize, 0..20_000_i64, 0..2_000_i64);
    let decision = (1..4_u8, prop::option::of(1..2_000_i64));
    let parts = (
        paid,
        prop::collection::vec(single, 0..5),
        prop::collection::vec(total, 0..3),
        prop::collection::vec(decision, 0..3),
    );
    parts.prop_map(|(paid, refunds, totals, decisions)| {
        let count = paid.len();
        let paid = paid.into_iter().zip(1..).map(|((minor, at), number)| Fact::Paid(payment(number, minor, at)));
        let refunds = refunds.into_iter().map(|(of, key, minor, status, at, later)| {
            let word = refund(&format!("re_{key}"), minor, RefundStatus::ALL[status], at);
            Fact::Refunded(of % count, Refund { said_at: hour(at + later), ..word })
        });
        let totals = totals
            .into_iter()
            .map(|(of, minor, at)| Fact::Totalled(of % count, RefundTotal { minor, said_at: hour(at) }));
        let decisions = decisions.into_iter().map(|(of, from)| {
            Fact::Decided(of, from.map_or(DecisionScope::Start, |from| DecisionScope::From(hour(from))))
        });
        paid.chain(refunds).chain(totals).chain(decisions).collect()
    })
}

/// The facts of a customer once these have become known, in whatever order.
fn known_of(history: &[Fact], offers: &[OfferVersion], now: Instant) -> ReckonFacts {
    let mut known = facts(vec![by_server(1, hour(0), Some(1))], vec![]);
    let mut transactions = Vec::new();
    for fact in history {
        match fact {
            Fact::Paid(payment) => transactions.push(payment.clone()),
            // The number is that of the fact itself, so that the order of arrival decides nothing here either.
            Fact::Decided(of, scope) => {
                let at = match scope {
                    DecisionScope::From(from) => *from,
                    _ => hour(0),
                };
                known.decisions.push(decided(at.millis() + i64::from(*of), Some(*of), scope.clone(), at));
            }
            _ => {}
        }
    }
    for fact in history {
        let of = |place: usize| transaction_id(u8::try_from(place + 1).expect("few"));
        match fact {
            Fact::Refunded(place, refund) => {
                transactions
                    .iter_mut()
                    .filter(|t| t.id == of(*place))
                    .for_each(|t| t.refunds.single.push(refund.clone()));
            }
            Fact::Totalled(place, total) => {
                transactions.iter_mut().filter(|t| t.id == of(*place)).for_each(|t| t.refunds.totals.push(*total));
            }
            _ => {}
        }
    }
    ReckonFacts { now, ..reckoned_by(&known, transactions, offers.to_vec()) }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn any_order_and_repetition_of_facts_ends_in_the_same_sums(
        history in any_history(), offers in any_offers(), seed in any::<usize>(), now in 0..4_000_i64,
    ) {
        let mut at_once = Books::default();
        settle(&mut at_once, &known_of(&history, &offers, hour(now)));

        let mut stirred = history.clone();
        stir(&mut stirred, seed);
        let mut one_by_one = Books::default();
        for count in 1..=stirred.len() {
            settle(&mut one_by_one, &known_of(&stirred[..count], &offers, hour(now)));
        }
        prop_assert_eq!(at_once.sums(), one_by_one.sums());
    }

    #[test]
    fn reckoning_twice_posts_nothing(
        history in any_history(), offers in any_offers(), verdicts in prop::collection::vec((any::<usize>(), 0..5_usize), 0..8),
    ) {
        let mut books = Books::default();
        for count in 1..=history.len() {
            let facts = known_of(&history[..count], &offers, hour(1_000));
            settle(&mut books, &facts);
            prop_assert!(settle(&mut books, &facts).is_settled());
            for (place, verdict) in verdicts.iter().filter(|(place, _)| place % history.len() == count - 1) {
                let verdicts = [Verdict::Approve, Verdict::Decline, Verdict::Hold, Verdict::Release];
                match verdicts.get(*verdict) {
                    Some(verdict) if !books.rows.is_empty() => {
                        let _refused = books.review(place % books.rows.len(), *verdict);
                    }
                    _ => books.pay_out(),
                }
                books.check();
                settle(&mut books, &facts);
                prop_assert!(settle(&mut books, &facts).is_settled());
            }
        }
    }

    #[test]
    fn a_payment_refunded_in_any_parts_ends_at_nothing(
        minor in 1..1_000_000_i64, ppm in 1..1_000_000_u32, cuts in prop::collection::vec(0..1_000_000_i64, 0..6), flat_minor in 1..5_000_i64,
    ) {
        let mut cuts: Vec<i64> = cuts.into_iter().map(|cut| cut % (minor + 1)).chain([0, minor]).collect();
        cuts.sort_unstable();
        let mut books = Books::default();
        let mut facts = customer(vec![payment(1, minor, 1)], vec![percent(1, ppm), flat(2, flat_minor)]);
        settle(&mut books, &facts);
        let mut before = books.stands(&partner(1));
        for (number, part) in cuts.windows(2).enumerate() {
            let said = i64::try_from(number).expect("few") + 2;
            facts.transactions[0].refunds.single.push(refund(&format!("re_{number}"), part[1] - part[0], RefundStatus::Succeeded, said));
            settle(&mut books, &facts);
            let after = books.stands(&partner(1));
            prop_assert!((0..=before).contains(&after), "what stands never grows by a refund");
            before = after;
        }
        prop_assert_eq!(before, 0);
    }

    #[test]
    fn no_cap_is_exceeded_whoever_the_partner_is(history in any_history(), offers in any_offers()) {
        let mut books = Books::default();
        settle(&mut books, &known_of(&history, &offers, hour(0)));
        for offer in offers.iter().filter(|offer| offer.version == 1) {
            let Some(cap) = offer.limits.cap_amount else { continue };
            let of_it = books.rows.iter().filter(|row| row.offer == offer.offer && row.offer_version == 1);
            prop_assert!(of_it.map(|row| row.amount.minor).sum::<i64>() <= cap);
        }
    }
}
