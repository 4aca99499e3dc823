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

    async fn what_was_refused_of_a_programs_sites_is_listed_by_the_hour(shop: Shop) {
        let mut conn = shop.conn().await;
        let program = &shop.tenant.program;
        for (hour, slot, sign_ups) in [(7, 1, Some(2)), (7, 2, Some(1)), (8, 1, None)] {
            let refused = Refused {
                hour,
                origin: "www.shop.test".into(),
                reason: "no_public_key",
                slot,
                program: Some(program.to_string()),
                requests: 10,
                sign_ups,
                samples: "[]".into(),
                last_at: hour * 10 + slot,
            };
            refusals::store(&mut conn, &refused).await.expect("stored");
        }
        let listed = refusals::list(&mut conn, program, 7, 8, 9).await.expect("listed");
        let seen: Vec<_> = listed.iter().map(|row| (row.hour, row.requests, row.sign_ups, row.last_at)).collect();
        assert_eq!(seen, [(8, 10, None, 81), (7, 20, Some(3), 72)]);
        assert_eq!(refusals::list(&mut conn, program, 7, 8, 1).await.expect("listed").len(), 1);
        assert_eq!(refusals::list(&mut conn, program, 9, 9, 9).await.expect("listed"), []);
        let other = &shop.others()[1].program;
        assert_eq!(refusals::list(&mut conn, other, 7, 8, 9).await.expect("listed"), []);
    }
}
