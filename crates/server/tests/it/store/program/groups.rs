//! Groups.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, group, program};
use whence::store::program::groups;
use whence::store::{Cursor, Page};
use whence_domain::GroupId;
use whence_domain::program::Group;

on_both_engines! {
    async fn a_group_is_found_by_id_and_by_slug_in_any_case(shop: Shop) {
        let mut conn = shop.conn().await;
        let mine = &shop.tenant.program;
        let gold = Group { archived_at: Some(at(8)), name: "Gold".into(), ..group(5, "gold") };
        assert!(groups::insert(&mut conn, mine, &gold).await.expect("stored"));
        assert!(!groups::insert(&mut conn, mine, &group(6, "GOLD")).await.expect("asked"), "the slug is taken");
        assert_eq!(groups::find(&mut conn, mine, &gold.id).await.expect("asked"), Some(gold.clone()));
        assert_eq!(groups::find_by_slug(&mut conn, mine, "GoLd").await.expect("asked"), Some(gold.clone()));
        assert_eq!(groups::find(&mut conn, mine, &GroupId::from_bits(6)).await.expect("asked"), None);
        let other = program(2).id;
        assert_eq!(groups::find(&mut conn, &other, &gold.id).await.expect("asked"), None);
        assert_eq!(groups::find_by_slug(&mut conn, &other, "gold").await.expect("asked"), None);
        assert!(groups::insert(&mut conn, &other, &group(7, "gold")).await.expect("stored"), "it is free elsewhere");
    }

    async fn a_program_has_its_own_default_group(shop: Shop) {
        let mut conn = shop.conn().await;
        let default = groups::get_default(&mut conn, &shop.tenant.program).await.expect("there");
        assert_eq!(default, group(1, "default"));
        assert!(groups::get_default(&mut conn, &program(2).id).await.is_err(), "a program without one is broken");
    }

    async fn groups_are_listed_in_pages_and_whole(shop: Shop) {
        let mut conn = shop.conn().await;
        let mine = &shop.tenant.program;
        for (number, slug) in [(2, "silver"), (3, "gold")] {
            groups::insert(&mut conn, mine, &group(number, slug)).await.expect("stored");
        }
        let slugs = |groups: &[Group]| groups.iter().map(|group| group.slug.to_string()).collect::<Vec<_>>();
        let all = groups::list_all(&mut conn, mine).await.expect("listed");
        assert_eq!(slugs(&all), ["default", "silver", "gold"]);
        let page = groups::list(&mut conn, mine, &Page::first(2)).await.expect("a page");
        assert_eq!((slugs(&page.items), page.has_more), (vec!["gold".into(), "silver".into()], true));
        let next = Page { cursor: Some(Cursor::After(GroupId::from_bits(2).to_string())), ..Page::first(2) };
        let page = groups::list(&mut conn, mine, &next).await.expect("a page");
        assert_eq!((slugs(&page.items), page.has_more), (vec!["default".into()], false));
        assert_eq!(groups::list_all(&mut conn, &program(2).id).await.expect("listed"), []);
        assert_eq!(groups::list(&mut conn, &program(2).id, &Page::first(2)).await.expect("a page").items, []);
    }
}
