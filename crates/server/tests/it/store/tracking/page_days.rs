//! The days of pages.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, claim, customer};
use crate::store::tracking::drained::visit;
use whence::store::tracking::claims::{self, Claimed};
use whence::store::tracking::customers;
use whence::store::tracking::drained::{self, VisitRow};
use whence::store::tracking::page_days::{self, Counts, PageDay};
use whence_domain::investigation::facts::PageName;
use whence_domain::investigation::page_name::MOST_PAGES;

const DAY: &str = "2026-03-01";

fn join() -> PageName {
    PageName { host: "shop.test".into(), path: "/join".into() }
}

on_both_engines! {
    async fn counts_add_up_over_slots_and_say_what_came_last(shop: Shop) {
        let mut conn = shop.conn().await;
        let page = PageDay::new(&shop.tenant, DAY, join());
        assert!(!page_days::is_known(&mut conn, &page).await.expect("asked"));
        let clicks = |clicks| Counts { clicks, clicks_since_view: clicks, ..Counts::default() };
        let view = |second: i64| Counts {
            views: 1,
            views_with_click: 1,
            first_at: Some(at(second).micros()),
            last_at: Some(at(second).micros()),
            ..Counts::default()
        };
        for (slot, counts) in [(1, clicks(3)), (1, view(5)), (1, view(2)), (2, clicks(1)), (1, clicks(2))] {
            page_days::add(&mut conn, &page, slot, &counts).await.expect("added");
        }
        let next = PageDay::new(&shop.tenant, "2026-03-02", join());
        page_days::add(&mut conn, &next, 1, &clicks(4)).await.expect("added");
        assert!(page_days::is_known(&mut conn, &page).await.expect("asked"));
        assert_eq!(page_days::count_pages(&mut conn, &page).await.expect("counted"), 2, "one for each slot");

        let history = page_days::history(&mut conn, &shop.tenant, &join(), DAY, DAY).await.expect("read");
        assert_eq!((history.views, history.views_with_click, history.clicks), (2, 2, 6));
        assert_eq!((history.first_at, history.last_at), (Some(at(2)), Some(at(5))));
        let since = page_days::clicks_since(&mut conn, &shop.tenant, &join(), DAY).await.expect("counted");
        assert_eq!(since, 2 + 1 + 4, "after the last page view of their slot, and on later days");
        let by_day = page_days::clicks_by_day(&mut conn, &shop.tenant).await.expect("listed");
        assert_eq!(by_day.iter().map(|day| day.clicks).sum::<i64>(), 10);
        for other in shop.others() {
            let none = page_days::history(&mut conn, &other, &join(), DAY, DAY).await.expect("read");
            assert_eq!((none.views, none.clicks, none.first_at), (0, 0, None));
            assert_eq!(page_days::clicks_since(&mut conn, &other, &join(), DAY).await.expect("counted"), 0);
            assert_eq!(page_days::list(&mut conn, &other).await.expect("listed"), []);
        }
    }

    async fn the_counts_say_what_page_views_and_sign_ups_say(shop: Shop) {
        let mut conn = shop.conn().await;
        customers::insert(&mut conn, &shop.tenant, &customer(1)).await.expect("stored");
        let told = Claimed { day: Some(DAY.into()), page_template: Some("/join".into()), ..claim(1) };
        claims::insert(&mut conn, &shop.tenant, &customer(1).id, &told).await.expect("stored");
        let seen = VisitRow {
            day: Some(DAY.into()),
            page_template: Some("/join".into()),
            cookie: "failed",
            consent: Some("required".into()),
            ..visit(&shop.tenant, 1, None)
        };
        drained::insert_visits(&mut conn, &[seen]).await.expect("drained");
        let views = page_days::recount_views(&mut conn, &shop.tenant).await.expect("counted");
        let sign_ups = page_days::recount_sign_ups(&mut conn, &shop.tenant).await.expect("counted");
        assert_eq!((views.len(), views[0].views, views[0].cookie_failed, views[0].consent_denied), (1, 1, 1, 1));
        assert_eq!((sign_ups.len(), sign_ups[0].sign_ups, sign_ups[0].sign_ups_with_click), (1, 1, 1));
        let page = PageDay::new(&shop.tenant, DAY, join());
        let counts = Counts { views: 1, cookie_failed: 1, consent_denied: 1, ..Counts::default() };
        page_days::add(&mut conn, &page, 1, &counts).await.expect("added");
        let counts = Counts { sign_ups: 1, sign_ups_with_click: 1, ..Counts::default() };
        page_days::add(&mut conn, &page, page_days::slot_of(&told.id), &counts).await.expect("added");
        let listed = page_days::list(&mut conn, &shop.tenant).await.expect("listed");
        assert_eq!((listed.len(), listed[0].views, listed[0].sign_ups, listed[0].path.as_str()), (1, 1, 1, "/join"));
        assert_eq!(page_days::recount_clicks(&mut conn, &shop.tenant).await.expect("counted"), []);
    }

    async fn a_day_with_too_many_pages_counts_the_rest_together(shop: Shop) {
        let mut conn = shop.conn().await;
        let page = |number: i64| PageDay::new(&shop.tenant, DAY, PageName { host: "shop.test".into(), path: format!("/{number}") });
        for number in 0..MOST_PAGES {
            page_days::add(&mut conn, &page(number), 1, &Counts { views: 1, ..Counts::default() }).await.expect("added");
        }
        assert_eq!(page_days::settle(&mut conn, page(0)).await.expect("settled"), page(0), "it is counted already");
        assert_eq!(page_days::settle(&mut conn, page(MOST_PAGES)).await.expect("settled").page, PageName::others());
        let tomorrow = PageDay { day: "2026-03-02".into(), ..page(MOST_PAGES) };
        assert_eq!(page_days::settle(&mut conn, tomorrow.clone()).await.expect("settled"), tomorrow);
    }
}
