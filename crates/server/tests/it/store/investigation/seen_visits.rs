//! Page views, as an investigation sees them.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, click_key};
use crate::store::tracking::drained::visit;
use whence::store::investigation::seen_visits;
use whence::store::tracking::drained::{self, VisitRow};
use whence_domain::Period;
use whence_domain::investigation::Cause;
use whence_domain::investigation::facts::{ConsentSeen, Kept, XidSeen};

#[test]
fn stored_words_are_read() {
    assert_eq!(seen_visits::causes(r#"["cookies_blocked","no_such_cause"]"#), [Cause::CookiesBlocked]);
    assert_eq!(seen_visits::causes("no JSON"), []);
    assert_eq!(seen_visits::xid_seen("foreign"), XidSeen::Foreign);
}

on_both_engines! {
    async fn page_views_are_found_by_their_click_and_without_one(shop: Shop) {
        let mut conn = shop.conn().await;
        let with = |number| visit(&shop.tenant, number, Some(click_key(1)));
        let without = |number: u32| VisitRow {
            occurred_at: at(i64::from(number)).micros(),
            cookie: "failed",
            consent: Some("denied".into()),
            ..visit(&shop.tenant, number, None)
        };
        let rows: Vec<VisitRow> = (1..=3).map(with).chain((4..=9).map(without)).collect();
        drained::insert_visits(&mut conn, &rows).await.expect("drained");

        let click = click_key(1).into();
        let seen = seen_visits::list_of_click(&mut conn, &shop.tenant, click, 2).await.expect("listed");
        assert_eq!(seen.len(), 2);
        assert_eq!((seen[0].click, seen[0].xid, seen[0].cookie), (Some(click), XidSeen::Genuine, Kept::Yes));

        let period = Period { start: at(0), end: at(8) };
        let seen = seen_visits::list_without_click(&mut conn, &shop.tenant, period, 100, 3).await.expect("listed");
        let times: Vec<_> = seen.iter().map(|landing| landing.at).collect();
        assert_eq!(times, [at(8), at(7), at(6)]);
        assert_eq!((seen[0].click, seen[0].cookie, seen[0].consent), (None, Kept::No, ConsentSeen::Denied));
        let few = seen_visits::list_without_click(&mut conn, &shop.tenant, period, 2, 9).await.expect("listed");
        assert_eq!(few.len(), 2, "no more than so many are looked at");

        let hosts = seen_visits::list_latest_hosts(&mut conn, &shop.tenant, period, 4).await.expect("listed");
        assert_eq!((hosts.len(), hosts[0].host.as_deref(), hosts[0].at), (4, Some("shop.test"), at(8)));
        for other in shop.others() {
            assert_eq!(seen_visits::list_of_click(&mut conn, &other, click, 2).await.expect("listed"), []);
            assert_eq!(seen_visits::list_without_click(&mut conn, &other, period, 9, 9).await.expect("listed"), []);
            assert_eq!(seen_visits::list_latest_hosts(&mut conn, &other, period, 4).await.expect("listed"), []);
        }
    }
}
