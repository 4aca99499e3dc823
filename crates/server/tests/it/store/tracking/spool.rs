//! How far spools are drained.

use crate::on_both_engines;
use crate::store::facts::at;
use crate::support::TestStore;
use whence::spool::Position;
use whence::store::tracking::spool;

on_both_engines! {
    async fn a_drained_place_moves_only_from_where_it_is(test: TestStore) {
        let mut conn = test.conn().await;
        assert_eq!(spool::find_position(&mut conn, 7).await.expect("asked"), None);
        let place = |segment, offset| Position { segment, offset };
        assert!(!spool::advance(&mut conn, 7, place(0, 0), place(0, 9), at(1)).await.expect("asked"), "nobody began it");
        for node in ["a", "b"] {
            spool::begin(&mut conn, 7, node, 1, at(1)).await.expect("noted");
        }
        assert_eq!(spool::find_position(&mut conn, 7).await.expect("asked"), Some(place(0, 0)));
        assert!(spool::advance(&mut conn, 7, place(0, 0), place(1, 9), at(2)).await.expect("moved"));
        assert!(!spool::advance(&mut conn, 7, place(0, 0), place(1, 5), at(3)).await.expect("asked"));
        assert!(!spool::advance(&mut conn, 8, place(1, 9), place(1, 10), at(3)).await.expect("asked"), "another run");
        assert_eq!(spool::find_position(&mut conn, 7).await.expect("asked"), Some(place(1, 9)));
        spool::begin(&mut conn, 7, "b", 1, at(4)).await.expect("noted");
        assert_eq!(spool::find_position(&mut conn, 7).await.expect("asked"), Some(place(1, 9)), "it begins once");
    }

    async fn the_ends_of_a_place_are_kept(test: TestStore) {
        let mut conn = test.conn().await;
        spool::begin(&mut conn, u32::MAX, "a", 1, at(1)).await.expect("noted");
        let far = Position { segment: u32::MAX, offset: i64::MAX as u64 };
        assert!(spool::advance(&mut conn, u32::MAX, Position { segment: 0, offset: 0 }, far, at(2)).await.expect("moved"));
        assert_eq!(spool::find_position(&mut conn, u32::MAX).await.expect("asked"), Some(far));
    }

    async fn a_block_of_numbers_is_leased_once(test: TestStore) {
        let mut conn = test.conn().await;
        assert!(spool::lease_block(&mut conn, 1, "a", at(1)).await.expect("leased"));
        assert!(!spool::lease_block(&mut conn, 1, "b", at(2)).await.expect("asked"));
        assert!(!spool::lease_block(&mut conn, 1, "a", at(2)).await.expect("asked"), "not even to the same node");
        assert!(spool::lease_block(&mut conn, 2, "b", at(2)).await.expect("leased"));
    }
}
