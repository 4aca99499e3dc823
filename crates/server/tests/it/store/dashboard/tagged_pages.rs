//! The pages of a site, with the snippet and without.

use super::clicks::visit;
use crate::on_both_engines;
use crate::store::facts::{Shop, at, link};
use crate::store::investigation::link_checks::check;
use whence::store::Conn;
use whence::store::dashboard::tagged_pages;
use whence::store::investigation::link_checks;
use whence::store::program::links;
use whence::store::tracking::drained::{self, Place, VisitRow};
use whence::store::tracking::page_days::{self, Counts, PageDay};
use whence_domain::Tenant;
use whence_domain::investigation::facts::PageName;

async fn count(conn: &mut Conn, tenant: &Tenant, day: &str, path: &str, slot: i64, counts: Counts) {
    let page = PageDay {
        program: tenant.program.to_string(),
        mode: tenant.mode.as_str(),
        page: PageName::of("shop.test", path),
        day: day.into(),
    };
    page_days::add(conn, &page, slot, &counts).await.expect("counted");
}

on_both_engines! {
    async fn pages_are_summed_over_days_and_slots_and_the_last_heard_of_comes_first(shop: Shop) {
        let mut conn = shop.conn().await;
        let views = |views, cookie_failed, second| Counts {
            views, cookie_failed, first_at: Some(at(second).micros()), last_at: Some(at(second).micros()), ..Counts::default()
        };
        let tenant = shop.tenant.clone();
        count(&mut conn, &tenant, "2026-02-01", "/welcome", 1, views(100, 0, 0)).await;
        count(&mut conn, &tenant, "2026-03-01", "/welcome", 1, views(2, 1, 5)).await;
        count(&mut conn, &tenant, "2026-03-02", "/welcome", 2, views(3, 0, 9)).await;
        count(&mut conn, &tenant, "2026-03-02", "/join", 1, views(1, 0, 12)).await;
        count(&mut conn, &tenant, "2026-03-02", "/bare", 1, Counts { clicks: 4, clicks_since_view: 4, ..Counts::default() }).await;
        let listed = tagged_pages::list(&mut conn, &tenant, "2026-03-01", 9).await.expect("listed");
        let seen: Vec<_> = listed.iter().map(|page| (page.path.as_str(), page.views, page.cookie_failed, page.clicks)).collect();
        assert_eq!(seen, [("/join", 1, 0, 0), ("/welcome", 5, 1, 0), ("/bare", 0, 0, 4)]);
        assert_eq!((listed[1].last_at, listed[2].last_at), (Some(at(9).micros()), None));
        assert_eq!(tagged_pages::list(&mut conn, &tenant, "2026-03-01", 1).await.expect("listed").len(), 1);
        for other in shop.others() {
            assert_eq!(tagged_pages::list(&mut conn, &other, "2026-03-01", 9).await.expect("listed"), []);
        }
    }

    async fn a_page_is_without_the_tag_as_long_as_the_latest_look_found_none(shop: Shop) {
        let mut conn = shop.conn().await;
        links::insert(&mut conn, &shop.tenant, &link(1, "spring", 1)).await.expect("stored");
        for (second, found, expected) in [(1, false, vec![1]), (2, true, vec![]), (3, false, vec![3])] {
            link_checks::insert(&mut conn, &shop.tenant, &check(1, second, found)).await.expect("stored");
            let missing = tagged_pages::list_missing(&mut conn, &shop.tenant, at(0), 9).await.expect("listed");
            let seen: Vec<_> = missing.iter().map(|page| (page.path.as_str(), page.checked_at)).collect();
            assert_eq!(seen, expected.iter().map(|&second| ("/a", at(second).micros())).collect::<Vec<_>>());
        }
        assert_eq!(tagged_pages::list_missing(&mut conn, &shop.tenant, at(4), 9).await.expect("listed"), []);
        for other in shop.others() {
            assert_eq!(tagged_pages::list_missing(&mut conn, &other, at(0), 9).await.expect("listed"), []);
        }
    }

    async fn what_the_snippet_said_of_itself_is_read_from_the_latest_views(shop: Shop) {
        let mut conn = shop.conn().await;
        let row = |second: i64, version: &str, template: Option<&str>| VisitRow {
            place: Place { incarnation: 7, segment: 1, offset: second.unsigned_abs() },
            occurred_at: at(second).micros(),
            page_template: template.map(str::to_owned),
            snippet: Some(version.into()),
            problems: r#"["duplicate_snippet"]"#.into(),
            ..visit(&shop.tenant)
        };
        let rows = [row(1, "1.0.0", Some("/welcome")), row(2, "1.1.0", Some("/welcome")), row(3, "1.1.0", None)];
        drained::insert_visits(&mut conn, &rows).await.expect("drained");
        let told = tagged_pages::list_told(&mut conn, &shop.tenant, at(0), 9).await.expect("listed");
        assert_eq!(told.iter().map(|told| told.snippet.as_deref()).collect::<Vec<_>>(), [Some("1.1.0"), Some("1.0.0")]);
        assert_eq!(told[0].problems, r#"["duplicate_snippet"]"#);
        assert_eq!(tagged_pages::list_told(&mut conn, &shop.tenant, at(2), 9).await.expect("listed").len(), 1);
        for other in shop.others() {
            assert_eq!(tagged_pages::list_told(&mut conn, &other, at(0), 9).await.expect("listed"), []);
        }
    }
}
