//! Payments.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, currency, customer, email, key, payment, payment_of};
use whence::store::earning::transactions::{self, Kept, Origin};
use whence::store::{Conn, Cursor, Order, Page};
use whence_domain::tracking::CustomerIdentity;
use whence_domain::{EventId, Money, Tenant, TransactionId};

async fn of_customer(conn: &mut Conn, tenant: &Tenant, number: u32) -> Vec<String> {
    let kept = transactions::list_of_customer(conn, tenant, &customer(number).id).await.expect("listed");
    kept.into_iter().map(|kept| kept.transaction.key).collect()
}

on_both_engines! {
    async fn a_payment_is_kept_once_and_read_back_whole(shop: Shop) {
        let mut conn = shop.conn().await;
        let origin = Origin {
            identity: CustomerIdentity {
                customer_key: Some(key(&"ü".repeat(255))),
                provider_key: Some(key("cus_1")),
                email: Some(email("ada@example.test")),
            },
            matched_by: Some("customer_key"),
            event: Some(EventId::from_bits(1)),
        };
        for (number, minor) in [(1, i64::MAX), (2, i64::MIN), (3, 0)] {
            let mut kept = payment(number, minor);
            kept.transaction.amount = Money::new(minor, currency("JPY"));
            kept.metadata = r#"{"plan":"gröss"}"#.into();
            assert!(transactions::insert(&mut conn, &shop.tenant, &kept, &origin).await.expect("stored"));
            let id = &kept.transaction.id;
            assert_eq!(transactions::find(&mut conn, &shop.tenant, id).await.expect("asked").as_ref(), Some(&kept));
            let by_key = transactions::find_by_key(&mut conn, &shop.tenant, "api", &kept.transaction.key).await;
            assert_eq!(by_key.expect("asked").as_ref(), Some(&kept));
        }
        let mut again = payment(9, 5);
        again.transaction.key = payment(1, 5).transaction.key;
        assert!(!transactions::insert(&mut conn, &shop.tenant, &again, &origin).await.expect("asked"));
        assert_eq!(transactions::find(&mut conn, &shop.tenant, &again.transaction.id).await.expect("asked"), None);
        again.source = "stripe".into();
        assert!(transactions::insert(&mut conn, &shop.tenant, &again, &origin).await.expect("stored"), "another's word");
    }

    async fn nobody_else_finds_or_changes_a_payment(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.pay(&mut conn, 1, 100, 1).await;
        let kept = payment_of(1, 100, 1);
        let (id, order) = (&kept.transaction.id, &kept.transaction.key);
        for other in shop.others() {
            assert_eq!(transactions::find(&mut conn, &other, id).await.expect("asked"), None);
            assert_eq!(transactions::find_by_key(&mut conn, &other, "api", order).await.expect("asked"), None);
            assert_eq!(transactions::find_by_identifier(&mut conn, &other, id.as_str()).await.expect("asked"), None);
            assert_eq!(transactions::find_by_identifier(&mut conn, &other, order).await.expect("asked"), None);
            assert!(of_customer(&mut conn, &other, 1).await.is_empty());
            assert_eq!(transactions::list(&mut conn, &other, None, &Page::first(9)).await.expect("a page").items, []);
            transactions::mark_removed(&mut conn, &other, id, at(9)).await.expect("asked");
            transactions::move_all(&mut conn, &other, &customer(1).id, &customer(2).id).await.expect("asked");
        }
        assert_eq!(transactions::find(&mut conn, &shop.tenant, id).await.expect("asked"), Some(kept));
    }

    async fn a_payment_goes_by_our_id_and_by_every_sources_key(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.pay(&mut conn, 1, 100, 1).await;
        let twin = Kept { source: "stripe".into(), ..payment_of(2, 200, 1) };
        let twin = Kept { transaction: whence_domain::earning::Transaction { key: "order-1".into(), ..twin.transaction.clone() }, ..twin };
        transactions::insert(&mut conn, &shop.tenant, &twin, &Origin::default()).await.expect("stored");
        for (identifier, expected) in [
            (TransactionId::from_bits(2).to_string(), Some(twin.clone())),
            ("order-1".into(), Some(payment_of(1, 100, 1))),
            ("ORDER-1".into(), None),
            (TransactionId::from_bits(9).to_string(), None),
            (String::new(), None),
        ] {
            let found = transactions::find_by_identifier(&mut conn, &shop.tenant, &identifier).await.expect("asked");
            assert_eq!(found, expected, "{identifier}");
        }
    }

    async fn what_a_customer_paid_is_in_the_order_of_paying_and_moves_as_a_whole(shop: Shop) {
        let mut conn = shop.conn().await;
        for (number, paid) in [(1, 9), (2, 5), (3, 5)] {
            let mut kept = payment_of(number, 100, 1);
            kept.transaction.occurred_at = at(paid);
            transactions::insert(&mut conn, &shop.tenant, &kept, &Origin::default()).await.expect("stored");
        }
        shop.pay(&mut conn, 4, 100, 4).await;
        assert_eq!(of_customer(&mut conn, &shop.tenant, 1).await, ["order-2", "order-3", "order-1"]);
        transactions::move_all(&mut conn, &shop.tenant, &customer(1).id, &customer(2).id).await.expect("moved");
        assert!(of_customer(&mut conn, &shop.tenant, 1).await.is_empty());
        assert_eq!(of_customer(&mut conn, &shop.tenant, 2).await.len(), 3);
        assert_eq!(of_customer(&mut conn, &shop.tenant, 4).await.len(), 1);
    }

    async fn payments_of_one_instant_are_in_the_order_of_their_keys_by_bytes(shop: Shop) {
        let mut conn = shop.conn().await;
        for (number, order) in (1..).zip(["ä", "b", "B", "a", "É"]) {
            let mut kept = payment_of(number, 100, 1);
            (kept.transaction.key, kept.transaction.occurred_at) = (order.into(), at(0));
            transactions::insert(&mut conn, &shop.tenant, &kept, &Origin::default()).await.expect("stored");
        }
        assert_eq!(of_customer(&mut conn, &shop.tenant, 1).await, ["B", "a", "b", "É", "ä"]);
    }

    async fn a_removed_payment_is_found_and_not_listed(shop: Shop) {
        let mut conn = shop.conn().await;
        for number in [1, 2] {
            shop.pay(&mut conn, number, 100, 1).await;
        }
        let id = payment(1, 0).transaction.id;
        for now in [at(8), at(9)] {
            transactions::mark_removed(&mut conn, &shop.tenant, &id, now).await.expect("removed");
        }
        let found = transactions::find(&mut conn, &shop.tenant, &id).await.expect("asked").expect("there");
        assert_eq!(found.transaction.removed_at, Some(at(8)), "the first removal stands");
        let listed = transactions::list(&mut conn, &shop.tenant, None, &Page::first(9)).await.expect("a page");
        assert_eq!(listed.items, [payment_of(2, 100, 1)]);
        assert_eq!(of_customer(&mut conn, &shop.tenant, 1).await.len(), 2, "decisions still see it");
    }

    async fn a_payment_given_back_is_not_listed_until_something_of_it_is_left_again(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.pay(&mut conn, 1, 100, 1).await;
        let id = payment(1, 0).transaction.id;
        for (since, known, listed) in
            [(Some(at(8)), Some(at(8)), 0), (Some(at(9)), Some(at(8)), 0), (None, None, 1), (None, None, 1)]
        {
            transactions::mark_given_back(&mut conn, &shop.tenant, &id, since).await.expect("noted");
            for other in shop.others() {
                transactions::mark_given_back(&mut conn, &other, &id, Some(at(7))).await.expect("asked");
            }
            let found = transactions::find(&mut conn, &shop.tenant, &id).await.expect("asked").expect("there");
            assert_eq!(found.given_back_at, known);
            let page = transactions::list(&mut conn, &shop.tenant, None, &Page::first(9)).await.expect("a page");
            assert_eq!(page.items.len(), listed);
        }
    }

    async fn payments_are_listed_by_customer_and_in_pages(shop: Shop) {
        let mut conn = shop.conn().await;
        for (number, payer) in [(1, 1), (2, 2), (3, 1)] {
            shop.pay(&mut conn, number, 100, payer).await;
        }
        let ids = |items: &[Kept]| items.iter().map(|kept| kept.transaction.key.clone()).collect::<Vec<_>>();
        let payer = customer(1).id;
        let listed = transactions::list(&mut conn, &shop.tenant, Some(&payer), &Page::first(1)).await.expect("a page");
        assert_eq!((ids(&listed.items), listed.has_more), (vec!["order-3".into()], true));
        let page = Page { order: Order::OldestFirst, cursor: Some(Cursor::After(payment(1, 0).transaction.id.to_string())), ..Page::first(9) };
        let listed = transactions::list(&mut conn, &shop.tenant, None, &page).await.expect("a page");
        assert_eq!((ids(&listed.items), listed.has_more), (vec!["order-2".into(), "order-3".into()], false));
    }
}
