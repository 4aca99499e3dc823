//! Clicks, as an investigation sees them.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, claim, click, click_key, customer};
use whence::store::investigation::seen_clicks::{self, Whose};
use whence::store::tracking::touches::{self, NewTouch};
use whence::store::tracking::{claims, customers, drained};
use whence_domain::tracking::{CameBy, Outcome};
use whence_domain::{LinkId, PartnerId, Period};

fn whole() -> Period {
    Period { start: at(-10), end: at(100) }
}

on_both_engines! {
    async fn clicks_are_listed_latest_first_and_counted(shop: Shop) {
        let mut conn = shop.conn().await;
        let rows: Vec<_> = (1..=9).map(|number| click(&shop.tenant, number, Outcome::Counted)).collect();
        drained::insert_clicks(&mut conn, &rows).await.expect("drained");
        let (link, partner) = (LinkId::from_bits(1), PartnerId::from_bits(1));
        for whose in [Whose::Link(&link), Whose::Partner(&partner), Whose::Anyone] {
            let listed = seen_clicks::list(&mut conn, &shop.tenant, whose, None, whole(), 4).await.expect("listed");
            let numbers: Vec<u16> = listed.iter().map(|click| click.id.counter).collect();
            assert_eq!(numbers, [9, 8, 7, 6]);
            assert_eq!((listed[0].dest.host.as_str(), listed[0].dest.path.as_str()), ("shop.test", "/a"));
            assert_eq!(listed[0].earlier, ["before"]);
            let part = Period { start: click_id(3), end: click_id(5) };
            let some = seen_clicks::list(&mut conn, &shop.tenant, whose, None, part, 10).await.expect("listed");
            assert_eq!(some.len(), 3, "both ends are inside");
            for (limit, expected) in [(100, 9), (5, 5)] {
                let count = seen_clicks::count(&mut conn, &shop.tenant, whose, whole(), limit).await.expect("counted");
                assert_eq!(count, expected);
            }
            for other in shop.others() {
                assert_eq!(seen_clicks::list(&mut conn, &other, whose, None, whole(), 4).await.expect("listed"), []);
                assert_eq!(seen_clicks::count(&mut conn, &other, whose, whole(), 4).await.expect("counted"), 0);
            }
        }
        let nobody = PartnerId::from_bits(7);
        let whose = Whose::Partner(&nobody);
        assert_eq!(seen_clicks::list(&mut conn, &shop.tenant, whose, None, whole(), 4).await.expect("listed"), []);
    }

    async fn a_click_that_came_with_another_customer_is_told(shop: Shop) {
        let mut conn = shop.conn().await;
        drained::insert_clicks(&mut conn, &[click(&shop.tenant, 1, Outcome::Counted)]).await.expect("drained");
        customers::insert(&mut conn, &shop.tenant, &customer(1)).await.expect("stored");
        claims::insert(&mut conn, &shop.tenant, &customer(1).id, &claim(1)).await.expect("stored");
        let touch = NewTouch {
            id: click_key(1).into(),
            xid: "1".repeat(32),
            link: LinkId::from_bits(1),
            partner: PartnerId::from_bits(1),
            outcome: Outcome::Counted,
            came_by: CameBy::Cookie,
        };
        touches::insert(&mut conn, &shop.tenant, &claim(1).id, &touch, at(9)).await.expect("kept");
        for (asked, brought) in [(None, true), (Some(customer(1).id), false), (Some(customer(2).id), true)] {
            let found = seen_clicks::find(&mut conn, &shop.tenant, touch.id, asked.as_ref()).await.expect("found");
            assert_eq!(found.expect("a click").brought_by_others, brought);
        }
        for other in shop.others() {
            assert_eq!(seen_clicks::find(&mut conn, &other, touch.id, None).await.expect("asked"), None);
        }
    }
}

fn click_id(number: u16) -> whence_domain::Instant {
    whence_domain::Instant::from_millis(click_key(number).millis)
}
