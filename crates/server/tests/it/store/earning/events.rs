//! Events.

use crate::on_both_engines;
use crate::store::facts::{Shop, at};
use whence::store::earning::events::{self, Event, EventFilter};
use whence::store::{Cursor, Order, Page};
use whence_domain::EventId;
use whence_domain::investigation::EventCause;

fn event(number: u32) -> Event {
    Event {
        id: EventId::from_bits(number.into()),
        kind: "signup".into(),
        outcome: "recorded",
        cause: EventCause::SignUpTold,
        source: "snippet",
        subject: Some(("customer", "cus_1".into())),
        delivery_key: None,
        replay_of: None,
        at: at(i64::from(number)),
    }
}

on_both_engines! {
    async fn events_are_listed_newest_first_by_what_is_asked_for(shop: Shop) {
        let mut conn = shop.conn().await;
        let refused = Event { outcome: "refused", cause: EventCause::CurrencyUnknown, source: "stripe", subject: None, delivery_key: Some("evt_1".into()), ..event(2) };
        for event in [&event(1), &refused, &event(3)] {
            events::insert(&mut conn, &shop.tenant, event).await.expect("stored");
        }
        let any = EventFilter::default();
        for (filter, expected) in [
            (any.clone(), vec![3, 2, 1]),
            (EventFilter { outcome: Some("refused".into()), ..any.clone() }, vec![2]),
            (EventFilter { source: Some("stripe".into()), ..any.clone() }, vec![2]),
            (EventFilter { cause: Some("currency_unknown".into()), ..any.clone() }, vec![2]),
            (EventFilter { cause: Some("signup_told".into()), outcome: Some("refused".into()), ..any.clone() }, vec![]),
            (EventFilter { kind: Some("signup".into()), ..any.clone() }, vec![3, 2, 1]),
            (EventFilter { kind: Some("SIGNUP".into()), ..any.clone() }, vec![]),
        ] {
            let listed = events::list(&mut conn, &shop.tenant, &filter, &Page::first(9)).await.expect("a page");
            let ids: Vec<_> = listed.items.into_iter().map(|shown| shown.id).collect();
            assert_eq!(ids, expected.into_iter().map(EventId::from_bits).collect::<Vec<_>>(), "{filter:?}");
        }
        let page = Page { order: Order::OldestFirst, cursor: Some(Cursor::After(event(1).id.to_string())), ..Page::first(1) };
        let shown = events::list(&mut conn, &shop.tenant, &any, &page).await.expect("a page");
        assert!(shown.has_more);
        assert_eq!((shown.items[0].subject.clone(), shown.items[0].delivery_key.as_deref()), (None, Some("evt_1")));
    }

    async fn events_keep_to_their_tenant_and_times(shop: Shop) {
        let mut conn = shop.conn().await;
        events::insert(&mut conn, &shop.tenant, &event(1)).await.expect("stored");
        for other in shop.others() {
            let listed = events::list(&mut conn, &other, &EventFilter::default(), &Page::first(9)).await.expect("a page");
            assert_eq!(listed.items, []);
        }
        for (page, found) in [
            (Page { min_created: Some(at(1)), max_created: Some(at(1)), ..Page::first(9) }, 1),
            (Page { min_updated: Some(at(2)), ..Page::first(9) }, 0),
            (Page { max_updated: Some(at(0)), ..Page::first(9) }, 0),
        ] {
            let listed = events::list(&mut conn, &shop.tenant, &EventFilter::default(), &page).await.expect("a page");
            assert_eq!(listed.items.len(), found, "{page:?}");
        }
    }

    async fn an_event_that_was_replayed_keeps_its_replays_beside_it(shop: Shop) {
        let mut conn = shop.conn().await;
        let first = event(1);
        events::insert(&mut conn, &shop.tenant, &first).await.expect("stored");
        for number in [2, 3] {
            let again = Event { replay_of: Some(first.id.clone()), cause: EventCause::PaymentKnown, ..event(number) };
            events::insert(&mut conn, &shop.tenant, &again).await.expect("stored");
        }
        let found = events::find(&mut conn, &shop.tenant, &event(2).id).await.expect("asked").expect("there");
        assert_eq!((found.replay_of, found.cause), (Some(first.id.clone()), EventCause::PaymentKnown));
        let replays = events::list_replays(&mut conn, &shop.tenant, &first.id).await.expect("a list");
        assert_eq!(replays.into_iter().map(|shown| shown.id).collect::<Vec<_>>(), [event(2).id, event(3).id]);
        for other in shop.others() {
            assert_eq!(events::find(&mut conn, &other, &first.id).await.expect("asked"), None);
            assert_eq!(events::list_replays(&mut conn, &other, &first.id).await.expect("a list"), []);
        }
    }
}
