//! What has arrived since a try of the integration began.

use super::clicks::visit;
use crate::on_both_engines;
use crate::store::facts::{Shop, at, click, customer, link};
use whence::store::dashboard::testing;
use whence::store::earning::events::{self, Event};
use whence::store::program::links;
use whence::store::tracking::drained::{self, Place, VisitRow};
use whence::store::tracking::refusals::{self, Refused};
use whence_domain::tracking::Outcome;
use whence_domain::{EventId, PartnerId, ProgramId};

on_both_engines! {
    async fn page_views_come_newest_first_and_only_since_then(shop: Shop) {
        let mut conn = shop.conn().await;
        let rows: Vec<VisitRow> = (1..=3_i64)
            .map(|second| VisitRow {
                place: Place { incarnation: 7, segment: 1, offset: second.unsigned_abs() },
                occurred_at: at(second).micros(),
                cookie_domain: Some("shop.test".into()),
                ..visit(&shop.tenant)
            })
            .collect();
        drained::insert_visits(&mut conn, &rows).await.expect("drained");
        let seen = testing::list_views(&mut conn, &shop.tenant, at(2), 9).await.expect("listed");
        assert_eq!(seen.iter().map(|view| view.occurred_at).collect::<Vec<_>>(), [at(3).micros(), at(2).micros()]);
        assert_eq!(seen[0].cookie_domain.as_deref(), Some("shop.test"));
        assert_eq!(testing::list_views(&mut conn, &shop.tenant, at(1), 1).await.expect("listed").len(), 1);
        for other in shop.others() {
            assert_eq!(testing::list_views(&mut conn, &other, at(1), 9).await.expect("listed"), []);
        }
    }

    async fn requests_to_a_partners_links_are_listed(shop: Shop) {
        let mut conn = shop.conn().await;
        links::insert(&mut conn, &shop.tenant, &link(1, "spring", 1)).await.expect("stored");
        let rows = [click(&shop.tenant, 1, Outcome::Counted), click(&shop.tenant, 2, Outcome::Bot)];
        drained::insert_clicks(&mut conn, &rows).await.expect("drained");
        let (ada, bo) = (PartnerId::from_bits(1), PartnerId::from_bits(2));
        let seen = testing::list_clicks(&mut conn, &shop.tenant, &ada, at(0), 9).await.expect("listed");
        assert_eq!(seen.iter().map(|click| click.outcome).collect::<Vec<_>>(), [Outcome::Bot, Outcome::Counted]);
        assert_eq!(testing::list_clicks(&mut conn, &shop.tenant, &ada, at(1), 9).await.expect("listed"), []);
        assert_eq!(testing::list_clicks(&mut conn, &shop.tenant, &bo, at(0), 9).await.expect("listed"), []);
        for other in shop.others() {
            assert_eq!(testing::list_clicks(&mut conn, &other, &ada, at(0), 9).await.expect("listed"), []);
        }
    }

    async fn sign_ups_are_known_with_what_came_of_them(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2]).await;
        shop.pay(&mut conn, 1, 500, 1).await;
        for number in [1, 2] {
            let arrived = Event {
                id: EventId::from_bits(u128::from(at(i64::from(number)).millis().unsigned_abs()) << 80),
                kind: "signup".into(),
                outcome: "recorded",
                cause: whence_domain::investigation::EventCause::SignUpTold,
                source: "snippet",
                subject: Some(("customer", customer(number).id.to_string())),
                delivery_key: None,
                at: at(i64::from(number)),
                replay_of: None,
            };
            events::insert(&mut conn, &shop.tenant, &arrived).await.expect("stored");
        }
        let seen = testing::list_sign_ups(&mut conn, &shop.tenant, at(1), 9).await.expect("listed");
        assert_eq!(seen.iter().map(|one| (one.customer.clone(), one.sales, one.commissions)).collect::<Vec<_>>(), [
            (customer(2).id, 0, 0),
            (customer(1).id, 1, 0),
        ]);
        assert_eq!(testing::list_sign_ups(&mut conn, &shop.tenant, at(2), 9).await.expect("listed").len(), 1);
        for other in shop.others() {
            assert_eq!(testing::list_sign_ups(&mut conn, &other, at(0), 9).await.expect("listed"), []);
        }
    }

    async fn refusals_are_those_of_the_programs_own_site(shop: Shop) {
        let mut conn = shop.conn().await;
        let hour = at(0).micros() / 3_600_000_000;
        for (reason, program, second) in [("no_public_key", true, 5), ("unknown_public_key", false, 6)] {
            let refused = Refused {
                hour,
                origin: "www.shop.test".into(),
                reason,
                slot: 1,
                program: program.then(|| shop.tenant.program.to_string()),
                requests: 2,
                sign_ups: None,
                samples: "[]".into(),
                last_at: at(second).micros(),
            };
            refusals::store(&mut conn, &refused).await.expect("stored");
        }
        let seen = testing::list_refusals(&mut conn, &shop.tenant.program, at(1), 9).await.expect("listed");
        assert_eq!(seen.iter().map(|refused| (refused.reason.as_str(), refused.requests)).collect::<Vec<_>>(), [("no_public_key", 2)]);
        assert_eq!(testing::list_refusals(&mut conn, &shop.tenant.program, at(6), 9).await.expect("listed"), []);
        let other = ProgramId::from_bits(2);
        assert_eq!(testing::list_refusals(&mut conn, &other, at(1), 9).await.expect("listed"), []);
    }
}
