//! The sums on Home.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, click, commission, currency, customer, euros, offer};
use whence::store::Conn;
use whence::store::billing::ledger::{self, NewTransfer};
use whence::store::dashboard::figures;
use whence::store::earning::commissions::{self, Kept};
use whence::store::earning::offers;
use whence::store::earning::refunds::{self, NewRefund, Word};
use whence::store::tracking::{clicks, customers};
use whence_domain::billing::ledger::{Account, Transfer};
use whence_domain::earning::{CommissionStatus, HoldReason, Refund, RefundStatus, RefundTotal};
use whence_domain::tracking::{AttributionReason, AttributionSource, Outcome};
use whence_domain::{PartnerId, RefundId, Tenant, TransactionId, TransferId};

async fn attribute(conn: &mut Conn, tenant: &Tenant, number: u32, partner: u32) {
    let (source, reason) = (AttributionSource::Click, AttributionReason::LastClick);
    let partner = PartnerId::from_bits(partner.into());
    customers::mark_attributed(conn, tenant, &customer(number).id, Some(&partner), source, reason, at(9))
        .await
        .expect("marked");
}

fn single(key: &str, minor: i64) -> Refund {
    Refund { key: key.into(), minor, status: RefundStatus::Succeeded, made_at: at(8), said_at: at(8) }
}

async fn give_back(conn: &mut Conn, tenant: &Tenant, number: u128, payment: u128, word: Word) {
    let refund = NewRefund {
        id: RefundId::from_bits(number),
        source: "stripe".into(),
        transaction: Some(TransactionId::from_bits(payment)),
        reference: "ch_1".into(),
        word,
        currency: currency("EUR"),
        event: None,
        recorded_at: at(9),
    };
    refunds::upsert(conn, tenant, &refund).await.expect("kept");
}

on_both_engines! {
    async fn clicks_that_count_are_summed_by_day_over_slots(shop: Shop) {
        let mut conn = shop.conn().await;
        for (slot, outcome, number) in [(1, Outcome::Counted, 5), (2, Outcome::Counted, 2), (1, Outcome::Bot, 9)] {
            let rollup = click(&shop.tenant, 1, outcome).rollup;
            clicks::add_to_rollup(&mut conn, &rollup, slot, number).await.expect("added");
        }
        let days = figures::clicks_by_day(&mut conn, &shop.tenant, "2026-03-01").await.expect("summed");
        assert_eq!(days, [("2026-03-01".to_owned(), 7)]);
        assert!(figures::clicks_by_day(&mut conn, &shop.tenant, "2026-03-02").await.expect("summed").is_empty());
        for other in shop.others() {
            assert!(figures::clicks_by_day(&mut conn, &other, "2026-01-01").await.expect("summed").is_empty());
        }
    }

    async fn revenue_is_what_customers_of_partners_paid_and_kept_paying(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2, 3]).await;
        for (customer, partner) in [(1, 1), (2, 2)] {
            attribute(&mut conn, &shop.tenant, customer, partner).await;
        }
        for (number, minor, customer) in [(1, 1_000, 1), (2, 500, 1), (3, 400, 2), (4, 9_999, 3), (5, -70, 1)] {
            shop.pay(&mut conn, number, minor, customer).await;
        }
        // Of the first payment 300 in single refunds and 250 as a total were given back: the greater counts.
        give_back(&mut conn, &shop.tenant, 1, 1, Word::Single(single("re_1", 300))).await;
        give_back(&mut conn, &shop.tenant, 2, 1, Word::Total(RefundTotal { minor: 250, said_at: at(9) })).await;
        let revenue = figures::revenue(&mut conn, &shop.tenant, at(0)).await.expect("summed");
        assert_eq!(revenue, [figures::Revenue { amount: euros(1_600), payments: 3, customers: 2 }]);
        let best = figures::best_partners(&mut conn, &shop.tenant, at(0), currency("EUR")).await.expect("listed");
        let seen: Vec<_> = best.iter().map(|best| (best.partner.clone(), best.revenue, best.customers)).collect();
        assert_eq!(seen, [(PartnerId::from_bits(1), euros(1_200), 1), (PartnerId::from_bits(2), euros(400), 1)]);
        let since = figures::revenue(&mut conn, &shop.tenant, at(3)).await.expect("summed");
        assert_eq!(since[0].amount, euros(400));
        for other in shop.others() {
            assert_eq!(figures::revenue(&mut conn, &other, at(0)).await.expect("summed"), []);
            assert_eq!(figures::best_partners(&mut conn, &other, at(0), currency("EUR")).await.expect("listed"), []);
        }
    }

    async fn half_hours_begin_at_the_moment_asked_for(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 1_800, 1_801, 3_600]).await;
        for number in [1, 1_800, 1_801, 3_600] {
            attribute(&mut conn, &shop.tenant, number, 1).await;
            shop.pay(&mut conn, number, 100, number).await;
        }
        for (from, until, expected) in [
            (at(0), at(3_601), vec![(0, 1), (1, 2), (2, 1)]),
            (at(1), at(3_600), vec![(0, 2), (1, 1)]),
            (at(9_999), at(99_999), vec![]),
        ] {
            let sign_ups = figures::sign_ups_by_slice(&mut conn, &shop.tenant, from, until).await.expect("counted");
            let payments = figures::payments_by_slice(&mut conn, &shop.tenant, from, until).await.expect("counted");
            for mut slices in [sign_ups, payments] {
                slices.sort_unstable();
                assert_eq!(slices, expected);
            }
        }
        for other in shop.others() {
            assert_eq!(figures::sign_ups_by_slice(&mut conn, &other, at(0), at(9_999)).await.expect("counted"), []);
            assert_eq!(figures::payments_by_slice(&mut conn, &other, at(0), at(9_999)).await.expect("counted"), []);
        }
    }

    async fn balances_and_waiting_commissions_are_of_one_partner_or_of_all(shop: Shop) {
        let mut conn = shop.conn().await;
        let second = Kept {
            partner: PartnerId::from_bits(2),
            status: CommissionStatus::Hold,
            hold: Some(HoldReason::ByPerson),
            ..commission(2, 70)
        };
        for (number, kept) in [(1, &commission(1, 100)), (2, &second)] {
            commissions::insert(&mut conn, &shop.tenant, kept, None).await.expect("stored");
            let transfer = Transfer {
                partner: kept.partner.clone(),
                debit: Account::Expense,
                credit: Account::of(kept.status),
                amount: kept.amount,
            };
            let new = NewTransfer {
                id: TransferId::from_bits(number),
                commission: &kept.id,
                transfer: &transfer,
                why: "posted",
                occurred_at: at(1),
                recorded_at: at(1),
            };
            ledger::post(&mut conn, &shop.tenant, &new).await.expect("posted");
        }
        let mut all = figures::balances(&mut conn, &shop.tenant, None).await.expect("summed");
        all.sort_by_key(|(account, _)| account.code());
        assert_eq!(all, [(Account::Expense, euros(-170)), (Account::Held, euros(70)), (Account::Pending, euros(100))]);
        let bo = PartnerId::from_bits(2);
        let mut one = figures::balances(&mut conn, &shop.tenant, Some(&bo)).await.expect("summed");
        one.sort_by_key(|(account, _)| account.code());
        assert_eq!(one, [(Account::Expense, euros(-70)), (Account::Held, euros(70))]);
        for (partner, pending, hold) in [(None, 1, 1), (Some(&bo), 0, 1)] {
            let waiting = figures::waiting(&mut conn, &shop.tenant, partner).await.expect("counted");
            assert_eq!((waiting.pending, waiting.hold), (pending, hold));
        }
        for other in shop.others() {
            assert_eq!(figures::balances(&mut conn, &other, None).await.expect("summed"), []);
            assert_eq!(figures::waiting(&mut conn, &other, None).await.expect("counted"), figures::Waiting::default());
        }
    }

    async fn unconfirmed_sign_ups_and_first_steps_are_the_tenants_own(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2]).await;
        customers::mark_archived(&mut conn, &shop.tenant, &customer(2).id, at(9)).await.expect("marked");
        offers::insert(&mut conn, &shop.tenant, &offer(1)).await.expect("stored");
        assert_eq!(figures::unconfirmed(&mut conn, &shop.tenant).await.expect("counted"), 1);
        let steps = figures::first_steps(&mut conn, &shop.tenant).await.expect("read");
        assert_eq!((steps.visits, steps.partners, steps.offers, steps.deliveries), (0, 1, 1, 0));
        for other in shop.others() {
            assert_eq!(figures::unconfirmed(&mut conn, &other).await.expect("counted"), 0);
            let steps = figures::first_steps(&mut conn, &other).await.expect("read");
            assert_eq!((steps.visits, steps.partners, steps.offers, steps.deliveries), (0, 0, 0, 0));
        }
    }
}
