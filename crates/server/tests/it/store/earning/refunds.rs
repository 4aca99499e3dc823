//! Money given back.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, currency, customer, payment};
use std::collections::BTreeSet;
use whence::store::Conn;
use whence::store::earning::refunds::{self, NewRefund, Word};
use whence_domain::earning::{Refund, RefundStatus, RefundTotal, Refunds};
use whence_domain::{RefundId, Tenant};

/// Every order of four things.
const ORDERS: [[usize; 4]; 24] = [
    [0, 1, 2, 3],
    [0, 1, 3, 2],
    [0, 2, 1, 3],
    [0, 2, 3, 1],
    [0, 3, 1, 2],
    [0, 3, 2, 1],
    [1, 0, 2, 3],
    [1, 0, 3, 2],
    [1, 2, 0, 3],
    [1, 2, 3, 0],
    [1, 3, 0, 2],
    [1, 3, 2, 0],
    [2, 0, 1, 3],
    [2, 0, 3, 1],
    [2, 1, 0, 3],
    [2, 1, 3, 0],
    [2, 3, 0, 1],
    [2, 3, 1, 0],
    [3, 0, 1, 2],
    [3, 0, 2, 1],
    [3, 1, 0, 2],
    [3, 1, 2, 0],
    [3, 2, 0, 1],
    [3, 2, 1, 0],
];

fn word(number: u32, payment: u32, word: Word) -> NewRefund {
    NewRefund {
        id: RefundId::from_bits(number.into()),
        source: "stripe".into(),
        transaction: None,
        reference: format!("ch_{payment}"),
        word,
        currency: currency("EUR"),
        event: None,
        recorded_at: at(9),
    }
}

/// What was said at that second of the refund `re_NUMBER` on the payment of that number. Its rows differ in their ids alone.
fn single(number: u32, status: RefundStatus, said: i64) -> NewRefund {
    let key = format!("re_{number}");
    let refund = Refund { key, minor: 500, status, made_at: at(1), said_at: at(said) };
    let row = number * 100 + u32::try_from(said).expect("few") * 10 + u32::from(status == RefundStatus::Canceled);
    word(row, number, Word::Single(refund))
}

fn total(number: u32, payment: u32, minor: i64, said: i64) -> NewRefund {
    word(number, payment, Word::Total(RefundTotal { minor, said_at: at(said) }))
}

async fn of_customer(conn: &mut Conn, tenant: &Tenant, number: u32) -> Refunds {
    let found = refunds::list_of_customer(conn, tenant, &customer(number).id).await.expect("listed");
    assert!(found.len() <= 1, "one payment each");
    found.into_values().next().unwrap_or_default()
}

on_both_engines! {
    async fn of_one_refund_the_latest_word_stands_in_whatever_order_words_come(shop: Shop) {
        let mut conn = shop.conn().await;
        let words = [
            (RefundStatus::Pending, 1, false),
            (RefundStatus::Succeeded, 2, true),
            (RefundStatus::Failed, 3, false),
            (RefundStatus::Canceled, 3, false),
        ];
        for (number, order) in ORDERS.iter().enumerate() {
            let number = u32::try_from(number).expect("few") + 1;
            shop.pay(&mut conn, number, 1_000, number).await;
            for &place in order {
                let (status, said, known) = words[place];
                let mut refund = single(number, status, said);
                refund.transaction = known.then(|| payment(number, 0).transaction.id);
                refunds::upsert(&mut conn, &shop.tenant, &refund).await.expect("kept");
            }
            let found = of_customer(&mut conn, &shop.tenant, number).await;
            let said: Vec<_> = found.single.iter().map(|refund| (refund.status, refund.said_at)).collect();
            // Which word stands where two of one second end the matter is the same for all orders.
            assert_eq!(said, [(RefundStatus::Failed, at(3))], "words in the order {order:?}");
        }
    }

    async fn a_refund_told_before_its_payment_is_attached_under_any_name(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.pay(&mut conn, 1, 1_000, 1).await;
        let id = payment(1, 0).transaction.id;
        refunds::upsert(&mut conn, &shop.tenant, &single(1, RefundStatus::Succeeded, 1)).await.expect("kept");
        refunds::upsert(&mut conn, &shop.tenant, &total(2, 1, 700, 5)).await.expect("kept");
        assert_eq!(of_customer(&mut conn, &shop.tenant, 1).await, Refunds::default(), "nobody knows of what yet");
        let names = BTreeSet::from(["ch_1".to_owned(), "pi_1".to_owned()]);
        for other in shop.others() {
            refunds::attach(&mut conn, &other, "stripe", &names, &id).await.expect("asked");
        }
        refunds::attach(&mut conn, &shop.tenant, "paddle", &names, &id).await.expect("asked");
        assert_eq!(of_customer(&mut conn, &shop.tenant, 1).await, Refunds::default(), "not theirs to attach");
        refunds::attach(&mut conn, &shop.tenant, "stripe", &names, &id).await.expect("attached");
        let found = of_customer(&mut conn, &shop.tenant, 1).await;
        assert_eq!((found.single.len(), found.totals), (1, vec![RefundTotal { minor: 700, said_at: at(5) }]));
        for other in shop.others() {
            assert_eq!(of_customer(&mut conn, &other, 1).await, Refunds::default());
        }
    }

    async fn running_totals_stand_side_by_side_and_repeats_once(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.pay(&mut conn, 1, 1_000, 1).await;
        let id = payment(1, 0).transaction.id;
        for (number, minor, said) in [(1, 700, 5), (2, 300, 4), (3, 700, 5), (4, i64::MAX, 6)] {
            let word = NewRefund { transaction: Some(id.clone()), ..total(number, 1, minor, said) };
            refunds::upsert(&mut conn, &shop.tenant, &word).await.expect("kept");
        }
        let totals: Vec<_> = of_customer(&mut conn, &shop.tenant, 1).await.totals.iter().map(|total| total.minor).collect();
        assert_eq!(totals, [300, 700, i64::MAX]);
    }

    async fn the_same_refund_of_another_tenant_or_source_is_another(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.pay(&mut conn, 1, 1_000, 1).await;
        let id = Some(payment(1, 0).transaction.id);
        let mine = NewRefund { transaction: id, ..single(1, RefundStatus::Succeeded, 1) };
        refunds::upsert(&mut conn, &shop.tenant, &mine).await.expect("kept");
        for (number, other) in (2..).zip(shop.others()) {
            let theirs = NewRefund { id: RefundId::from_bits(number), ..single(1, RefundStatus::Failed, 9) };
            refunds::upsert(&mut conn, &other, &theirs).await.expect("kept");
        }
        let elsewhere = NewRefund { id: RefundId::from_bits(9), source: "paddle".into(), ..single(1, RefundStatus::Failed, 9) };
        refunds::upsert(&mut conn, &shop.tenant, &elsewhere).await.expect("kept");
        let found = of_customer(&mut conn, &shop.tenant, 1).await;
        assert_eq!(found.single[0].status, RefundStatus::Succeeded);
    }
}
