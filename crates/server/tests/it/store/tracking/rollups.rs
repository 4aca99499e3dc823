//! How many clicks there were.

use crate::on_both_engines;
use crate::store::facts::{Shop, click};
use whence::store::tracking::rollups::{self, Counted};
use whence::store::tracking::{clicks, drained};
use whence_domain::tracking::Outcome;

fn sorted(mut counted: Vec<Counted>) -> Vec<Counted> {
    counted.sort_by(|a, b| (&a.day, &a.outcome).cmp(&(&b.day, &b.outcome)));
    counted
}

on_both_engines! {
    async fn the_counts_say_what_the_clicks_say(shop: Shop) {
        let mut conn = shop.conn().await;
        assert!(rollups::recount(&mut conn, &shop.tenant).await.expect("counted").is_empty());
        let rows: Vec<_> = (1..=70)
            .map(|number| click(&shop.tenant, number, if number % 7 == 0 { Outcome::Bot } else { Outcome::Counted }))
            .collect();
        drained::insert_clicks(&mut conn, &rows).await.expect("drained");
        for (slot, row) in (1..).zip(&rows) {
            clicks::add_to_rollup(&mut conn, &row.rollup, slot % 3, 1).await.expect("added");
        }
        let recounted = sorted(rollups::recount(&mut conn, &shop.tenant).await.expect("counted"));
        assert_eq!(sorted(rollups::list(&mut conn, &shop.tenant).await.expect("listed")), recounted);
        assert_eq!(recounted.iter().map(|row| row.clicks).collect::<Vec<_>>(), [10, 60]);
        for other in shop.others() {
            assert_eq!(rollups::list(&mut conn, &other).await.expect("listed"), []);
            assert_eq!(rollups::recount(&mut conn, &other).await.expect("counted"), []);
        }
    }
}
