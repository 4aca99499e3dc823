//! How the payment provider's deliveries fare.

use crate::on_both_engines;
use crate::store::earning::deliveries::numbered;
use crate::store::facts::{Shop, at};
use whence::store::earning::deliveries;
use whence::store::investigation::payment_channel;
use whence_domain::Period;

on_both_engines! {
    async fn deliveries_are_counted_and_told(shop: Shop) {
        let mut conn = shop.conn().await;
        let tenant = &shop.tenant;
        let period = Period { start: at(0), end: at(100) };
        assert_eq!(payment_channel::find_last_delivery(&mut conn, tenant).await.expect("asked"), None);
        for number in 1..=3 {
            let told = numbered(number, "checkout.session.completed");
            deliveries::insert(&mut conn, tenant, &told).await.expect("stored");
        }
        assert_eq!(payment_channel::find_last_delivery(&mut conn, tenant).await.expect("asked"), Some(at(3)));
        for (limit, expected) in [(9, 3), (2, 2)] {
            let count = payment_channel::count_deliveries(&mut conn, tenant, period, limit).await.expect("counted");
            assert_eq!(count, expected);
        }
        assert_eq!(payment_channel::list_checkouts(&mut conn, tenant, period, 2).await.expect("listed").len(), 2);
        assert_eq!(payment_channel::list_unmatched(&mut conn, tenant, period, 9).await.expect("listed"), []);
        for other in shop.others() {
            assert_eq!(payment_channel::find_last_delivery(&mut conn, &other).await.expect("asked"), None);
            assert_eq!(payment_channel::count_deliveries(&mut conn, &other, period, 9).await.expect("counted"), 0);
            assert_eq!(payment_channel::list_checkouts(&mut conn, &other, period, 9).await.expect("listed").len(), 0);
        }
    }
}
