//! Deliveries of payment providers.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, claim, customer, payment_of};
use whence::store::Conn;
use whence::store::earning::deliveries::{self, Delivery, Filter};
use whence::store::earning::events::{self, Event};
use whence::store::earning::transactions;
use whence::store::tracking::{claims, customers};
use whence_domain::investigation::EventCause;
use whence_domain::{EventId, Mode};

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
        signed_at: Some(at(1)),
        environment: Some(Mode::Live),
        received_at: at(1),
    }
}

/// Another event of the provider's for each number, of this kind, that came at the second of its number.
pub fn numbered(number: u32, kind: &str) -> Delivery {
    Delivery {
        provider_event_id: format!("evt_{number}"),
        kind: kind.into(),
        body: format!("{number}"),
        signed_at: Some(at(i64::from(number) - 1)),
        environment: None,
        received_at: at(i64::from(number)),
        ..delivery(number.into())
    }
}

/// Stores a delivery with its event.
async fn arrive(
    conn: &mut Conn,
    shop: &Shop,
    delivery: &Delivery,
    cause: EventCause,
    subject: Option<(&'static str, String)>,
) {
    deliveries::insert(conn, &shop.tenant, delivery).await.expect("kept");
    deliveries::mark_processed(conn, &shop.tenant, delivery, "recorded", cause).await.expect("noted");
    let event = Event {
        id: delivery.event.clone(),
        kind: delivery.kind.clone(),
        outcome: "recorded",
        cause,
        source: "stripe",
        subject,
        delivery_key: Some(delivery.provider_event_id.clone()),
        replay_of: None,
        at: delivery.received_at,
    };
    events::insert(conn, &shop.tenant, &event).await.expect("kept");
}

on_both_engines! {
    async fn a_delivery_that_comes_again_is_counted_and_keeps_its_first_event(shop: Shop) {
        let mut conn = shop.conn().await;
        let first = deliveries::insert(&mut conn, &shop.tenant, &delivery(1)).await.expect("kept");
        assert_eq!((first.deliveries, first.processed_at), (1, None));
        deliveries::mark_processed(&mut conn, &shop.tenant, &delivery(1), "recorded", EventCause::PaymentRecorded).await.expect("noted");
        let again = deliveries::insert(&mut conn, &shop.tenant, &delivery(2)).await.expect("kept");
        assert_eq!(again.event_id, EventId::from_bits(1).to_string());
        assert_eq!((again.deliveries, again.processed_at), (2, Some(at(1).micros())));
    }

    async fn the_same_event_of_another_tenant_is_another_delivery(shop: Shop) {
        let mut conn = shop.conn().await;
        deliveries::insert(&mut conn, &shop.tenant, &delivery(1)).await.expect("kept");
        for other in shop.others() {
            deliveries::mark_processed(&mut conn, &other, &delivery(1), "recorded", EventCause::PaymentRecorded).await.expect("asked");
            let theirs = deliveries::insert(&mut conn, &other, &delivery(2)).await.expect("kept");
            assert_eq!((theirs.event_id, theirs.deliveries), (EventId::from_bits(2).to_string(), 1));
        }
        let mine = deliveries::insert(&mut conn, &shop.tenant, &delivery(3)).await.expect("kept");
        assert_eq!((mine.deliveries, mine.processed_at), (2, None), "nobody else marks it processed");
    }

    async fn a_delivery_is_listed_with_its_customer_and_payment_and_found_by_any_of_its_events(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1]).await;
        shop.pay(&mut conn, 7, 4_999, 1).await;
        let told = Some(("customer", customer(1).id.to_string()));
        let paid = Some(("transaction", payment_of(7, 4_999, 1).transaction.id.to_string()));
        arrive(&mut conn, &shop, &numbered(1, "customer.created"), EventCause::NamesRecorded, told).await;
        arrive(&mut conn, &shop, &numbered(2, "charge.succeeded"), EventCause::PaymentRecorded, paid.clone()).await;
        arrive(&mut conn, &shop, &numbered(3, "charge.succeeded"), EventCause::NamesNobody, None).await;

        let all = deliveries::list(&mut conn, &shop.tenant, &Filter::default(), 9).await.expect("a list");
        let told: Vec<_> = all.iter().map(|shown| (shown.provider_event_id.as_str(), shown.customer.is_some(), shown.transaction.is_some())).collect();
        assert_eq!(told, [("evt_3", false, false), ("evt_2", true, true), ("evt_1", true, false)]);
        assert_eq!(all[1].transaction.as_ref().map(|paid| paid.amount.minor), Some(4_999));
        let kind = Filter { kind: Some("charge.succeeded".into()), after: Some(EventId::from_bits(3)), ..Filter::default() };
        assert_eq!(deliveries::list(&mut conn, &shop.tenant, &kind, 9).await.expect("a list").len(), 1);
        let outcome = Filter { outcome: Some("unmatched".into()), ..Filter::default() };
        assert_eq!(deliveries::list(&mut conn, &shop.tenant, &outcome, 9).await.expect("a list"), []);

        let first = EventId::from_bits(3);
        let again = Event { id: EventId::from_bits(4), kind: "charge.succeeded".into(), outcome: "duplicate", cause: EventCause::PaymentKnown,
            source: "stripe", subject: paid, delivery_key: None, replay_of: Some(first.clone()), at: at(9) };
        events::insert(&mut conn, &shop.tenant, &again).await.expect("kept");
        for other in shop.others() {
            let refused = deliveries::mark_replayed(&mut conn, &other, &first, &again.id, "recorded", EventCause::PaymentKnown, at(9)).await;
            assert!(refused.is_err(), "it is not theirs");
        }
        deliveries::mark_replayed(&mut conn, &shop.tenant, &first, &again.id, "duplicate", EventCause::PaymentKnown, at(9)).await.expect("noted");
        for event in [&first, &again.id] {
            let shown = deliveries::find(&mut conn, &shop.tenant, event).await.expect("asked").expect("there");
            assert_eq!((&shown.event, &shown.last_event, shown.replays), (&first, &again.id, 1));
            assert_eq!((shown.outcome.as_str(), shown.cause, shown.customer.is_some()), ("duplicate", EventCause::PaymentKnown, true));
        }
        assert_eq!(deliveries::body(&mut conn, &shop.tenant, &first).await.expect("asked").as_deref(), Some("3"));
        let found = deliveries::find_by_provider_event(&mut conn, &shop.tenant, "stripe", "evt_3").await.expect("asked");
        assert_eq!(found, Some(first.clone()));
        for other in shop.others() {
            assert_eq!(deliveries::list(&mut conn, &other, &Filter::default(), 9).await.expect("a list"), []);
            assert_eq!(deliveries::find(&mut conn, &other, &first).await.expect("asked"), None);
            assert_eq!(deliveries::body(&mut conn, &other, &first).await.expect("asked"), None);
            assert_eq!(deliveries::find_by_provider_event(&mut conn, &other, "stripe", "evt_3").await.expect("asked"), None);
        }
    }

    async fn what_came_is_counted_by_day_and_kind(shop: Shop) {
        let mut conn = shop.conn().await;
        let day = 86_400;
        for number in [1, 2, day + 1] {
            arrive(&mut conn, &shop, &numbered(number, "charge.succeeded"), EventCause::PaymentRecorded, None).await;
        }
        arrive(&mut conn, &shop, &numbered(3, "customer.created"), EventCause::NamesRecorded, None).await;
        let first = at(0).micros() / 86_400_000_000;
        let days = deliveries::count_by_day(&mut conn, &shop.tenant, at(0), at(9 * i64::from(day))).await.expect("counts");
        assert_eq!(days, [(first, 3), (first + 1, 1)]);
        assert_eq!(deliveries::count_payments(&mut conn, &shop.tenant, at(0), at(4)).await.expect("a count"), 2);
        let last = deliveries::last_of_kind(&mut conn, &shop.tenant, Some("customer.created")).await.expect("asked");
        assert_eq!(last, Some(at(3)));
        assert_eq!(deliveries::last_of_kind(&mut conn, &shop.tenant, None).await.expect("asked"), Some(at(i64::from(day) + 1)));
        assert_eq!(deliveries::last_of_kind(&mut conn, &shop.tenant, Some("invoice.paid")).await.expect("asked"), None);
        let stamps = deliveries::latest_stamps(&mut conn, &shop.tenant, at(3), 9).await.expect("stamps");
        assert_eq!(stamps.iter().map(|stamp| (stamp.received_at, stamp.signed_at)).collect::<Vec<_>>(),
            [(at(i64::from(day) + 1), Some(at(i64::from(day)))), (at(3), Some(at(2)))]);
        let bodies = deliveries::latest_bodies(&mut conn, &shop.tenant, "charge.succeeded", 2).await.expect("bodies");
        assert_eq!(bodies, ["86401", "2"]);
        for other in shop.others() {
            assert_eq!(deliveries::count_by_day(&mut conn, &other, at(0), at(9_000_000)).await.expect("counts"), []);
            assert_eq!(deliveries::count_payments(&mut conn, &other, at(0), at(9_000_000)).await.expect("a count"), 0);
            assert_eq!(deliveries::last_of_kind(&mut conn, &other, None).await.expect("asked"), None);
            assert_eq!(deliveries::latest_stamps(&mut conn, &other, at(0), 9).await.expect("stamps"), []);
            assert!(deliveries::latest_bodies(&mut conn, &other, "charge.succeeded", 9).await.expect("bodies").is_empty());
        }
    }

    async fn payments_of_nobody_known_are_told_until_their_customer_is_found(shop: Shop) {
        let mut conn = shop.conn().await;
        customers::insert(&mut conn, &shop.tenant, &customer(5)).await.expect("stored");
        let kept = payment_of(7, 500, 5);
        let origin = transactions::Origin { identity: customer(5).identity, ..transactions::Origin::default() };
        assert!(transactions::insert(&mut conn, &shop.tenant, &kept, &origin).await.expect("stored"));
        let paid = Some(("transaction", kept.transaction.id.to_string()));
        arrive(&mut conn, &shop, &numbered(1, "charge.succeeded"), EventCause::CustomerUnknown, paid).await;
        arrive(&mut conn, &shop, &numbered(2, "charge.succeeded"), EventCause::NamesNobody, None).await;
        arrive(&mut conn, &shop, &numbered(3, "charge.succeeded"), EventCause::PaymentRecorded, None).await;
        let found = deliveries::unmatched_between(&mut conn, &shop.tenant, at(0), at(9), 9).await.expect("a list");
        assert_eq!(found.iter().map(|one| one.provider_event_id.as_str()).collect::<Vec<_>>(), ["evt_2", "evt_1"]);
        assert_eq!((&found[1].customer, &found[1].transaction), (&Some(customer(5).id), &Some(kept.transaction.id)));
        assert_eq!(found[1].email, customer(5).identity.email.map(|email| email.to_string()));
        for other in shop.others() {
            assert_eq!(deliveries::unmatched_between(&mut conn, &other, at(0), at(9), 9).await.expect("a list"), []);
        }
        claims::insert(&mut conn, &shop.tenant, &customer(5).id, &claim(5)).await.expect("stored");
        let left = deliveries::unmatched_between(&mut conn, &shop.tenant, at(0), at(9), 9).await.expect("a list");
        assert_eq!(left.iter().map(|one| one.provider_event_id.as_str()).collect::<Vec<_>>(), ["evt_2"], "a sign-up was told");
    }
}
