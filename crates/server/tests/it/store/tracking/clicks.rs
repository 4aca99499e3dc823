//! Clicks as decisions read them.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, click, click_key};
use whence::store::Conn;
use whence::store::tracking::{clicks, drained, rollups};
use whence_domain::Tenant;
use whence_domain::tracking::Outcome;

async fn drain(conn: &mut Conn, tenant: &Tenant, number: u16, outcome: Outcome) {
    let row = click(tenant, number, outcome);
    drained::insert_clicks(conn, std::slice::from_ref(&row)).await.expect("drained");
    clicks::add_to_rollup(conn, &row.rollup, 1, 1).await.expect("added");
}

on_both_engines! {
    async fn the_ids_that_a_click_carried_are_there_once_it_is_drained(shop: Shop) {
        let mut conn = shop.conn().await;
        let key = click_key(1).into();
        assert!(clicks::earlier_xids(&mut conn, &shop.tenant, &key).await.expect("asked").is_empty());
        drain(&mut conn, &shop.tenant, 1, Outcome::Counted).await;
        assert_eq!(clicks::earlier_xids(&mut conn, &shop.tenant, &key).await.expect("asked"), ["before"]);
        for other in shop.others() {
            assert!(clicks::earlier_xids(&mut conn, &other, &key).await.expect("asked").is_empty());
        }
    }

    async fn a_click_that_was_screened_out_counts_after_all_once(shop: Shop) {
        let mut conn = shop.conn().await;
        let (key, bot) = (click_key(1), Outcome::Bot);
        assert!(!clicks::count_confirmed(&mut conn, &shop.tenant, key, bot, at(9)).await.expect("asked"), "not drained yet");
        drain(&mut conn, &shop.tenant, 1, bot).await;
        for other in shop.others() {
            assert_eq!(clicks::count_after_all(&mut conn, &other, key, bot, at(9)).await.expect("asked"), None);
        }
        let class = Outcome::Own;
        assert_eq!(clicks::count_after_all(&mut conn, &shop.tenant, key, class, at(9)).await.expect("asked"), None);
        assert!(clicks::count_confirmed(&mut conn, &shop.tenant, key, bot, at(9)).await.expect("counted"));
        assert!(!clicks::count_confirmed(&mut conn, &shop.tenant, key, bot, at(10)).await.expect("asked"));
        let counted: Vec<_> = rollups::list(&mut conn, &shop.tenant).await.expect("listed");
        let mut counted: Vec<_> = counted.into_iter().map(|row| (row.outcome, row.clicks)).collect();
        counted.sort();
        assert_eq!(counted, [("counted".to_owned(), 1)], "and no longer as what it was screened out for");
    }

    async fn daily_counts_add_up_over_slots(shop: Shop) {
        let mut conn = shop.conn().await;
        let rollup = click(&shop.tenant, 1, Outcome::Counted).rollup;
        for (slot, number) in [(1, 5), (2, 7), (1, -2)] {
            clicks::add_to_rollup(&mut conn, &rollup, slot, number).await.expect("added");
        }
        let listed = rollups::list(&mut conn, &shop.tenant).await.expect("listed");
        assert_eq!(listed.iter().map(|row| row.clicks).collect::<Vec<_>>(), [10]);
        assert_eq!((listed[0].day.as_str(), listed[0].outcome.as_str()), ("2026-03-01", "counted"));
    }
}
