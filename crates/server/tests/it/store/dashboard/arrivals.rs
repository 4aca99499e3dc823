//! What was refused before it could become an event.

use crate::on_both_engines;
use crate::store::facts::{Shop, at};
use whence::store::dashboard::arrivals;
use whence::store::earning::events::EventFilter;
use whence::store::earning::webhook_attempts::{self, Counted};
use whence::store::tracking::refusals::{self, Refused};
use whence_domain::investigation::AttemptRefusal;

on_both_engines! {
    async fn pages_requests_and_providers_deliveries_are_one_list(shop: Shop) {
        let mut conn = shop.conn().await;
        let hour = at(0).micros() / 3_600_000_000;
        for (slot, program) in [(1, Some(shop.tenant.program.to_string())), (2, Some(shop.tenant.program.to_string())), (3, None)] {
            let refused = Refused { hour, origin: format!("www.{}.test", program.is_some()), reason: "unknown_key", slot, sign_ups: None,
                program, requests: 5, samples: "[]".into(), last_at: at(slot).micros() };
            refusals::store(&mut conn, &refused).await.expect("stored");
        }
        let attempt = Counted { hour, provider: "stripe".into(), endpoint_key: "hook_1".into(), reason: AttemptRefusal::NoSecret,
            slot: 1, tenant: Some(shop.tenant.clone()), attempts: 3, samples: "[]".into(), first_at: at(4), last_at: at(9) };
        webhook_attempts::store(&mut conn, &attempt).await.expect("stored");
        let found = arrivals::refused(&mut conn, &shop.tenant, at(0), at(99), 9).await.expect("a list");
        let shown: Vec<_> = found.iter().map(|group| (group.kind(), group.cause.as_str(), group.requests)).collect();
        assert_eq!(shown, [("webhook_attempt", "no_secret", 3), ("page_request", "unknown_key", 10)]);
        assert_eq!(found[1].origin.as_deref(), Some("www.true.test"));
        assert_eq!(arrivals::refused(&mut conn, &shop.tenant, at(3), at(9), 9).await.expect("a list"), []);
        assert_eq!(arrivals::refused(&mut conn, &shop.tenant, at(0), at(99), 1).await.expect("a list").len(), 1);
        let wanted = |filter: EventFilter| found.iter().filter(|group| group.fits(&filter)).count();
        assert_eq!(wanted(EventFilter::default()), 2);
        assert_eq!(wanted(EventFilter { outcome: Some("recorded".into()), ..EventFilter::default() }), 0);
        assert_eq!(wanted(EventFilter { cause: Some("no_secret".into()), ..EventFilter::default() }), 1);
        assert_eq!(wanted(EventFilter { source: Some("snippet".into()), ..EventFilter::default() }), 1);
        let [testing, other] = shop.others();
        let theirs = arrivals::refused(&mut conn, &testing, at(0), at(99), 9).await.expect("a list");
        assert_eq!(theirs.iter().map(|group| group.source.as_str()).collect::<Vec<_>>(), ["snippet"], "a page's key names no mode");
        assert_eq!(arrivals::refused(&mut conn, &other, at(0), at(99), 9).await.expect("a list"), []);
    }
}
