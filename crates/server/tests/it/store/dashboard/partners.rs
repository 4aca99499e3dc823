//! What a partner adds up to.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, click, customer};
use whence::store::dashboard::partners::{self, Clicks};
use whence::store::tracking::{clicks, customers};
use whence_domain::tracking::{AttributionReason, AttributionSource, Outcome};
use whence_domain::{LinkId, PartnerId};

on_both_engines! {
    async fn a_partners_clicks_and_customers_are_counted(shop: Shop) {
        let mut conn = shop.conn().await;
        let ada = PartnerId::from_bits(1);
        for (slot, outcome, number) in [(1, Outcome::Counted, 3), (2, Outcome::Counted, 4), (1, Outcome::Bot, 2)] {
            clicks::add_to_rollup(&mut conn, &click(&shop.tenant, 1, outcome).rollup, slot, number).await.expect("added");
        }
        let mut counted = partners::clicks(&mut conn, &shop.tenant, &ada).await.expect("summed");
        counted.sort_by_key(|counted| counted.clicks);
        let link = LinkId::from_bits(1);
        let expected = [
            Clicks { link: link.clone(), outcome: Outcome::Bot, clicks: 2 },
            Clicks { link, outcome: Outcome::Counted, clicks: 7 },
        ];
        assert_eq!(counted, expected);
        shop.sign_up(&mut conn, &[1, 2, 3]).await;
        let (source, reason) = (AttributionSource::Click, AttributionReason::LastClick);
        for number in [1, 2] {
            customers::mark_attributed(&mut conn, &shop.tenant, &customer(number).id, Some(&ada), source, reason, at(9)).await.expect("marked");
        }
        customers::mark_merged(&mut conn, &shop.tenant, &customer(2).id, &customer(1).id, at(9)).await.expect("marked");
        assert_eq!(partners::customers(&mut conn, &shop.tenant, &ada).await.expect("counted"), 1);
        for other in shop.others() {
            assert_eq!(partners::clicks(&mut conn, &other, &ada).await.expect("summed"), []);
            assert_eq!(partners::customers(&mut conn, &other, &ada).await.expect("counted"), 0);
        }
    }
}
