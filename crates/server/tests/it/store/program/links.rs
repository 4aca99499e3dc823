//! Links and their versions.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, filled, link};
use crate::support::TestStore;
use whence::store::program::links::{self, LinkFilter};
use whence::store::{Order, Page};
use whence_domain::program::{Destination, Link, Slug};
use whence_domain::{LinkId, Mode, PartnerId, Tenant};

on_both_engines! {
    async fn a_link_key_is_taken_in_any_case_and_mode(test: TestStore) {
        let mut conn = test.conn().await;
        let tenant = filled(&mut conn).await;
        assert!(links::insert(&mut conn, &tenant, &link(1, "Spring", 1)).await.expect("stored"));
        assert!(!links::insert(&mut conn, &tenant, &link(2, "sPRING", 1)).await.expect("asked"));
        let taken_number = Link { id: LinkId::from_bits(3), ..link(1, "other", 1) };
        assert!(!links::insert(&mut conn, &tenant, &taken_number).await.expect("asked"));
        let key = Slug::parse("SPRING").expect("a slug");
        assert_eq!(links::find_holder(&mut conn, &tenant.program, &key).await.expect("asked"), Some(LinkId::from_bits(1)));
        assert_eq!(links::find_by_link_key(&mut conn, &tenant, &key).await.expect("asked"), Some(link(1, "Spring", 1)));
        assert_eq!(links::find_by_number(&mut conn, &tenant, 1).await.expect("asked"), Some(link(1, "Spring", 1)));
        let test_mode = Tenant::new(tenant.program.clone(), Mode::Test);
        assert_eq!(links::find_by_link_key(&mut conn, &test_mode, &key).await.expect("asked"), None);
    }

    async fn archived_links_are_listed_on_request_only(test: TestStore) {
        let mut conn = test.conn().await;
        let tenant = filled(&mut conn).await;
        let gone = Link { archived_at: Some(at(9)), version: 2, updated_at: at(9), ..link(1, "one", 1) };
        links::insert(&mut conn, &tenant, &link(1, "one", 1)).await.expect("stored");
        links::update(&mut conn, &tenant, &gone).await.expect("updated");
        links::insert(&mut conn, &tenant, &link(2, "two", 2)).await.expect("stored");
        let versions = links::list_versions(&mut conn, &tenant, &gone.id).await.expect("listed");
        assert_eq!(versions.iter().map(|version| version.archived_at).collect::<Vec<_>>(), [None, Some(at(9))]);
        for (with_archived, expected) in [(false, 1), (true, 2)] {
            let filter = LinkFilter { with_archived, ..LinkFilter::default() };
            let listed = links::list(&mut conn, &tenant, &filter, &Page::first(9)).await.expect("a page");
            assert_eq!(listed.items.len(), expected);
        }
        let filter = LinkFilter { partner: Some(PartnerId::from_bits(2)), with_archived: true };
        let listed = links::list(&mut conn, &tenant, &filter, &Page::first(9)).await.expect("a page");
        assert_eq!(listed.items[0].partner_key.as_str(), "bo");
    }

    async fn nobody_else_finds_or_changes_a_link(shop: Shop) {
        let mut conn = shop.conn().await;
        let stored = link(1, "spring", 1);
        links::insert(&mut conn, &shop.tenant, &stored).await.expect("stored");
        let changed = Link { version: 2, dest: Destination::parse("https://evil.test/").expect("an address"), ..stored.clone() };
        for other in shop.others() {
            assert_eq!(links::find(&mut conn, &other, &stored.id).await.expect("asked"), None);
            assert_eq!(links::find_owned(&mut conn, &other, &stored.id).await.expect("asked"), None);
            assert_eq!(links::find_by_number(&mut conn, &other, 1).await.expect("asked"), None);
            assert_eq!(links::list_versions(&mut conn, &other, &stored.id).await.expect("listed"), []);
            let listed = links::list(&mut conn, &other, &LinkFilter::default(), &Page::first(9)).await;
            assert_eq!(listed.expect("a page").items, []);
            links::update(&mut conn, &other, &changed).await.expect_err("this link is none of theirs");
        }
        let owned = links::find_owned(&mut conn, &shop.tenant, &stored.id).await.expect("asked").expect("there");
        assert_eq!((owned.link, owned.partner_key.as_str()), (stored.clone(), "ada"));
        assert_eq!(links::find(&mut conn, &shop.tenant, &stored.id).await.expect("asked"), Some(stored.clone()));
        assert_eq!(links::list_versions(&mut conn, &shop.tenant, &stored.id).await.expect("listed").len(), 1);
    }

    async fn another_program_may_take_the_same_link_key(shop: Shop) {
        let mut conn = shop.conn().await;
        links::insert(&mut conn, &shop.tenant, &link(1, "spring", 1)).await.expect("stored");
        let [_, other] = shop.others();
        let key = Slug::parse("spring").expect("a slug");
        assert_eq!(links::find_holder(&mut conn, &other.program, &key).await.expect("asked"), None);
        assert!(links::insert(&mut conn, &other, &link(2, "spring", 1)).await.expect("stored"));
        assert_eq!(links::find_holder(&mut conn, &other.program, &key).await.expect("asked"), Some(LinkId::from_bits(2)));
    }

    async fn the_greatest_link_number_is_kept(shop: Shop) {
        let mut conn = shop.conn().await;
        let great = Link { number: i64::MAX, title: Some("ü".repeat(255)), ..link(1, "spring", 1) };
        links::insert(&mut conn, &shop.tenant, &great).await.expect("stored");
        assert_eq!(links::find_by_number(&mut conn, &shop.tenant, i64::MAX).await.expect("asked"), Some(great));
    }

    async fn links_are_listed_either_way(shop: Shop) {
        let mut conn = shop.conn().await;
        for number in 1..=3 {
            links::insert(&mut conn, &shop.tenant, &link(number, &format!("l{number}"), 1)).await.expect("stored");
        }
        for (order, expected) in [(Order::NewestFirst, [3, 2]), (Order::OldestFirst, [1, 2])] {
            let page = Page { order, ..Page::first(2) };
            let listed = links::list(&mut conn, &shop.tenant, &LinkFilter::default(), &page).await.expect("a page");
            let numbers: Vec<_> = listed.items.iter().map(|owned| owned.link.number).collect();
            assert_eq!((numbers, listed.has_more), (expected.to_vec(), true));
        }
    }
}
