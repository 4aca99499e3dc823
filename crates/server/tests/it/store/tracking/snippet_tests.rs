//! Tries of the integration.

use crate::on_both_engines;
use crate::store::facts::{Shop, at};
use whence::store::tracking::snippet_tests::{self, SnippetTest};
use whence_domain::program::Destination;
use whence_domain::{LinkId, SnippetTestId, UserId};

fn test(number: u128, seconds: i64) -> SnippetTest {
    SnippetTest {
        id: SnippetTestId::from_bits(number),
        page: Destination::parse("https://www.shop.test/landing").expect("a destination"),
        link: (number == 1).then(|| LinkId::from_bits(1)),
        user: UserId::from_bits(1),
        started_at: at(seconds),
    }
}

on_both_engines! {
    async fn the_try_that_began_last_is_found_by_its_own_tenant(shop: Shop) {
        let mut conn = shop.conn().await;
        assert_eq!(snippet_tests::find_latest(&mut conn, &shop.tenant).await.expect("asked"), None);
        for known in [test(1, 20), test(2, 10)] {
            snippet_tests::insert(&mut conn, &shop.tenant, &known).await.expect("stored");
        }
        assert_eq!(snippet_tests::find_latest(&mut conn, &shop.tenant).await.expect("asked"), Some(test(1, 20)));
        snippet_tests::insert(&mut conn, &shop.tenant, &test(3, 20)).await.expect("stored");
        assert_eq!(snippet_tests::find_latest(&mut conn, &shop.tenant).await.expect("asked"), Some(test(3, 20)));
        for other in shop.others() {
            assert_eq!(snippet_tests::find_latest(&mut conn, &other).await.expect("asked"), None);
        }
    }
}
