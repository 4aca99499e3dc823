//! Refused ingest requests.

use crate::on_both_engines;
use crate::store::facts::{Shop, at};
use whence::store::tracking::refusals::{self, Refused};

on_both_engines! {
    async fn a_count_takes_the_place_of_the_one_before(shop: Shop) {
        let mut conn = shop.conn().await;
        for requests in [1, 5, i64::MAX] {
            let refused = Refused {
                hour: 492_312,
                origin: String::new(),
                reason: "origin_not_known",
                slot: 1,
                program: None,
                requests,
                sign_ups: Some(1),
                samples: "[]".into(),
                last_at: at(1).micros(),
            };
            refusals::store(&mut conn, &refused).await.expect("stored");
        }
    }
}
