//! Clicks as the API lists them.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, click, click_key, link};
use whence::store::program::links;
use whence::store::tracking::click_lists::{self, ClickFilter};
use whence::store::tracking::drained;
use whence::store::{Conn, Cursor, Order, Page};
use whence_domain::tracking::{ClickKey, Outcome};
use whence_domain::{LinkId, PartnerId, Tenant};

/// A link with four clicks, every second one a robot's.
async fn fill(conn: &mut Conn, tenant: &Tenant) {
    links::insert(conn, tenant, &link(1, "spring", 1)).await.expect("stored");
    let rows: Vec<_> = (1..=4)
        .map(|number| click(tenant, number, if number % 2 == 0 { Outcome::Bot } else { Outcome::Counted }))
        .collect();
    drained::insert_clicks(conn, &rows).await.expect("drained");
}

async fn listed(
    conn: &mut Conn,
    tenant: &Tenant,
    filter: &ClickFilter,
    page: &Page,
    bound: Option<u16>,
) -> (Vec<u16>, bool) {
    let listed = click_lists::list(conn, tenant, filter, page, bound.map(click_key)).await.expect("a page");
    (listed.items.iter().map(|click| click.xid.parse().expect("its number")).collect(), listed.has_more)
}

on_both_engines! {
    async fn a_click_is_found_with_the_names_of_its_link_and_partner(shop: Shop) {
        let mut conn = shop.conn().await;
        fill(&mut conn, &shop.tenant).await;
        let found = click_lists::find(&mut conn, &shop.tenant, click_key(1)).await.expect("asked").expect("there");
        assert_eq!((found.link_key.as_str(), found.partner_key.as_str(), found.outcome), ("spring", "ada", Outcome::Counted));
        assert_eq!((found.earlier_xids, found.sub_ids), (vec!["before".to_owned()], vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!((found.occurred_at.millis(), found.country.as_deref()), (click_key(1).millis, Some("DE")));
        let absent = ClickKey { counter: 9, ..click_key(1) };
        assert_eq!(click_lists::find(&mut conn, &shop.tenant, absent).await.expect("asked"), None);
        for other in shop.others() {
            assert_eq!(click_lists::find(&mut conn, &other, click_key(1)).await.expect("asked"), None);
            assert_eq!(listed(&mut conn, &other, &ClickFilter::default(), &Page::first(9), None).await.0, [0; 0]);
            let page = Page::first(9);
            assert_eq!(click_lists::count(&mut conn, &other, &ClickFilter::default(), &page).await.expect("counted"), 0);
        }
    }

    async fn clicks_are_listed_and_counted_by_what_is_asked_for(shop: Shop) {
        let mut conn = shop.conn().await;
        fill(&mut conn, &shop.tenant).await;
        let any = ClickFilter::default();
        for (filter, expected) in [
            (any.clone(), vec![4, 3, 2, 1]),
            (ClickFilter { outcome: Some(Outcome::Bot), ..any.clone() }, vec![4, 2]),
            (ClickFilter { partner: Some(PartnerId::from_bits(1)), ..any.clone() }, vec![4, 3, 2, 1]),
            (ClickFilter { partner: Some(PartnerId::from_bits(2)), ..any.clone() }, vec![]),
            (ClickFilter { link: Some(LinkId::from_bits(1)), ..any.clone() }, vec![4, 3, 2, 1]),
            (ClickFilter { link: Some(LinkId::from_bits(2)), ..any.clone() }, vec![]),
        ] {
            assert_eq!(listed(&mut conn, &shop.tenant, &filter, &Page::first(9), None).await, (expected.clone(), false));
            let counted = click_lists::count(&mut conn, &shop.tenant, &filter, &Page::first(1)).await.expect("counted");
            assert_eq!(counted, i64::try_from(expected.len()).expect("few"), "{filter:?}");
        }
    }

    async fn pages_of_clicks_walk_both_ways_without_gaps(shop: Shop) {
        let mut conn = shop.conn().await;
        fill(&mut conn, &shop.tenant).await;
        let any = ClickFilter::default();
        let after = |_: u16| Some(Cursor::After("the click".into()));
        let before = |_: u16| Some(Cursor::Before("the click".into()));
        for (order, cursor, bound, expected) in [
            (Order::NewestFirst, None, None, (vec![4, 3], true)),
            (Order::NewestFirst, after(3), Some(3), (vec![2, 1], false)),
            (Order::NewestFirst, before(2), Some(2), (vec![4, 3], false)),
            (Order::OldestFirst, None, None, (vec![1, 2], true)),
            (Order::OldestFirst, after(1), Some(1), (vec![2, 3], true)),
            (Order::NewestFirst, after(0), None, (vec![], false)),
        ] {
            let page = Page { order, cursor, ..Page::first(2) };
            assert_eq!(listed(&mut conn, &shop.tenant, &any, &page, bound).await, expected, "{page:?}");
        }
        let page = Page { max_created: Some(at(-1)), ..Page::first(2) };
        assert_eq!(listed(&mut conn, &shop.tenant, &any, &page, None).await, (vec![], false));
    }
}
