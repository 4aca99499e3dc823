//! What the search box finds.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, claim, click_key, customer, payment_of};
use crate::support::{Fresh, TestStore};
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeSet;
use std::path::Path;
use whence::store::dashboard::search;
use whence::store::earning::references;
use whence::store::tracking::identities::{self, Name};
use whence::store::tracking::touches::{self, NewTouch};
use whence::store::{Conn, Engine};
use whence_domain::tracking::{CameBy, MatchedBy, Outcome, TouchId};
use whence_domain::{LinkId, PartnerId};

/// The look-ups of the search box, by the beginnings of their names.
const LOOK_UPS: [&str; 5] =
    ["search.", "candidates.by_name", "candidates.by_folded", "links.find_by_link_key", "deliveries.find_by"];

#[tokio::test]
async fn no_look_up_walks_over_a_whole_table() {
    let test = TestStore::fresh(Engine::Sqlite).await;
    let Conn::Sqlite(mut conn) = test.conn().await else { panic!("it is SQLite") };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/sql");
    let mut looked = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of statements") {
        let path = entry.expect("a file").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if !LOOK_UPS.iter().any(|beginning| name.starts_with(beginning)) {
            continue;
        }
        looked += 1;
        let text = format!("explain query plan\n{}", std::fs::read_to_string(&path).expect("a text"));
        let plan = sqlx::query(AssertSqlSafe(text)).fetch_all(&mut *conn).await.expect("a plan");
        for step in plan {
            let detail: String = step.get("detail");
            // What a union has found is walked over; it is a few rows.
            assert!(!detail.starts_with("SCAN") || detail == "SCAN found", "{name}: {detail}");
        }
    }
    assert!(looked >= 10, "only {looked} statements were looked at");
}

on_both_engines! {
    async fn a_name_leads_to_its_customer(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2]).await;
        for (number, value) in [(1, "U-1"), (2, "u-1")] {
            let name = Name { kind: MatchedBy::CustomerKey, value: value.into() };
            identities::tie(&mut conn, &shop.tenant, &name, &customer(number).id, None, at(1)).await.expect("tied");
        }
        for (kind, asked, found) in [
            (MatchedBy::CustomerKey, "u-1", Some(customer(2).id)),
            (MatchedBy::CustomerKey, "U-1", Some(customer(1).id)),
            (MatchedBy::CustomerKey, "u-2", None),
            (MatchedBy::ProviderKey, "u-1", None),
        ] {
            let named = search::customer_named(&mut conn, &shop.tenant, kind, asked).await.expect("asked");
            assert_eq!(named.map(|named| named.id), found, "{asked}");
        }
        for other in shop.others() {
            assert_eq!(search::customer_named(&mut conn, &other, MatchedBy::CustomerKey, "u-1").await.expect("asked"), None);
        }
    }

    async fn addresses_are_found_by_their_beginning(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2]).await;
        for (number, value) in [(1, "ada@park.test"), (2, "bo@park.test")] {
            let name = Name { kind: MatchedBy::Email, value: value.into() };
            identities::tie(&mut conn, &shop.tenant, &name, &customer(number).id, None, at(1)).await.expect("tied");
        }
        for (start, found) in [("ada", 1), ("Ada@", 1), ("ada@park.test", 1), ("ada@park.test.", 0), ("c", 0), ("%", 0)] {
            let list = search::customers_by_email_start(&mut conn, &shop.tenant, start, 9).await.expect("a list");
            assert_eq!(list.len(), found, "{start}");
        }
        for other in shop.others() {
            assert_eq!(search::customers_by_email_start(&mut conn, &other, "ada", 9).await.expect("a list"), []);
        }
    }

    async fn a_click_leads_to_the_customer_that_it_brought(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1]).await;
        let key = click_key(3);
        let touch = NewTouch {
            id: TouchId { millis: key.millis, incarnation: key.incarnation, counter: key.counter },
            xid: "x".into(),
            link: LinkId::from_bits(1),
            partner: PartnerId::from_bits(1),
            outcome: Outcome::Counted,
            came_by: CameBy::Cookie,
        };
        touches::insert(&mut conn, &shop.tenant, &claim(1).id, &touch, at(1)).await.expect("stored");
        let found = search::customers_of_click(&mut conn, &shop.tenant, key, 9).await.expect("a list");
        assert_eq!(found.into_iter().map(|found| found.id).collect::<Vec<_>>(), [customer(1).id]);
        assert_eq!(search::customers_of_click(&mut conn, &shop.tenant, click_key(4), 9).await.expect("a list"), []);
        for other in shop.others() {
            assert_eq!(search::customers_of_click(&mut conn, &other, key, 9).await.expect("a list"), []);
        }
    }

    async fn partners_and_payments_are_found_by_what_others_call_them(shop: Shop) {
        let mut conn = shop.conn().await;
        let found = search::partners_by_key(&mut conn, &shop.tenant, "ADA", 9).await.expect("a list");
        assert_eq!(found.iter().map(|found| found.partner_key.as_str()).collect::<Vec<_>>(), ["ada"]);
        shop.sign_up(&mut conn, &[1]).await;
        shop.pay(&mut conn, 7, 500, 1).await;
        let id = payment_of(7, 500, 1).transaction.id;
        let names: BTreeSet<String> = ["pi_7".to_owned(), "order-7".to_owned()].into();
        references::name_transaction(&mut conn, &shop.tenant, "stripe", &names, &id).await.expect("kept");
        for name in ["order-7", "pi_7"] {
            assert_eq!(search::payments_named(&mut conn, &shop.tenant, name, 9).await.expect("a list"), std::slice::from_ref(&id), "{name}, once");
        }
        for other in shop.others() {
            assert_eq!(search::partners_by_key(&mut conn, &other, "ada", 9).await.expect("a list"), []);
            assert!(search::payments_named(&mut conn, &other, "pi_7", 9).await.expect("a list").is_empty());
        }
    }
}
