//! Deliveries of payment providers.

use crate::on_both_engines;
use crate::store::facts::{Shop, at};
use whence::store::earning::deliveries::{self, Delivery};
use whence_domain::EventId;

/// The delivery of one and the same provider's event, each time as an event of our own with another number.
fn delivery(number: u128) -> Delivery {
    Delivery {
        provider: "stripe",
        provider_event_id: "evt_1".into(),
        event: EventId::from_bits(number),
        endpoint_key: "hook_1".into(),
        kind: "charge.succeeded".into(),
        body: format!("{{\"name\":\"{}\"}}", "ü".repeat(100_000)),
        provider_at: at(0),
        received_at: at(1),
    }
}

on_both_engines! {
    async fn a_delivery_that_comes_again_is_counted_and_keeps_its_first_event(shop: Shop) {
        let mut conn = shop.conn().await;
        let first = deliveries::insert(&mut conn, &shop.tenant, &delivery(1)).await.expect("kept");
        assert_eq!((first.deliveries, first.processed_at), (1, None));
        deliveries::mark_processed(&mut conn, &shop.tenant, &delivery(1), "recorded", "").await.expect("noted");
        let again = deliveries::insert(&mut conn, &shop.tenant, &delivery(2)).await.expect("kept");
        assert_eq!(again.event_id, EventId::from_bits(1).to_string());
        assert_eq!((again.deliveries, again.processed_at), (2, Some(at(1).micros())));
    }

    async fn the_same_event_of_another_tenant_is_another_delivery(shop: Shop) {
        let mut conn = shop.conn().await;
        deliveries::insert(&mut conn, &shop.tenant, &delivery(1)).await.expect("kept");
        for other in shop.others() {
            deliveries::mark_processed(&mut conn, &other, &delivery(1), "recorded", "").await.expect("asked");
            let theirs = deliveries::insert(&mut conn, &other, &delivery(2)).await.expect("kept");
            assert_eq!((theirs.event_id, theirs.deliveries), (EventId::from_bits(2).to_string(), 1));
        }
        let mine = deliveries::insert(&mut conn, &shop.tenant, &delivery(3)).await.expect("kept");
        assert_eq!((mine.deliveries, mine.processed_at), (2, None), "nobody else marks it processed");
    }
}
