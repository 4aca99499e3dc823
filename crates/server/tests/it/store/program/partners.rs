//! Partners and their versions.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, email, filled, group, partner, program};
use crate::support::TestStore;
use whence::store::program::groups;
use whence::store::program::partners::{self, PartnerFilter};
use whence::store::{Conn, Cursor, Order, Page};
use whence_domain::program::{Email, Partner, PartnerKey, PartnerStatus};
use whence_domain::{GroupId, Mode, PartnerId, Tenant};

async fn keys_on(conn: &mut Conn, tenant: &Tenant, page: &Page) -> (Vec<String>, bool) {
    let listed = partners::list(conn, tenant, &PartnerFilter::default(), page).await.expect("a page");
    (listed.items.iter().map(|partner| partner.key.to_string()).collect(), listed.has_more)
}

on_both_engines! {
    async fn a_partner_is_found_by_everything_that_names_it(test: TestStore) {
        let mut conn = test.conn().await;
        let tenant = filled(&mut conn).await;
        let ada = partner(1, "ada");
        for name in [ada.id.as_str(), "ada", "Ada@Partner.test"] {
            let found = partners::find_by_identifier(&mut conn, &tenant, name).await.expect("asked");
            assert_eq!(found.as_ref(), Some(&ada), "{name}");
        }
        let other = Tenant::new(tenant.program.clone(), Mode::Test);
        assert_eq!(partners::find_by_identifier(&mut conn, &other, "ada").await.expect("asked"), None);
        assert_eq!(partners::find_by_identifier(&mut conn, &tenant, "ADA").await.expect("asked"), None, "case is kept");
    }

    async fn a_taken_key_or_email_stores_nothing(test: TestStore) {
        let mut conn = test.conn().await;
        let tenant = filled(&mut conn).await;
        let same_key = Partner { email: Email::parse("x@y.zz").expect("an e-mail"), ..partner(9, "ada") };
        assert!(!partners::insert(&mut conn, &tenant, &same_key).await.expect("asked"));
        let same_email = Partner { email: partner(1, "ada").email, ..partner(9, "new") };
        assert!(!partners::insert(&mut conn, &tenant, &same_email).await.expect("asked"));
        let versions = partners::list_versions(&mut conn, &tenant, &PartnerId::from_bits(9)).await.expect("listed");
        assert_eq!(versions, []);
    }

    async fn a_changed_partner_keeps_its_versions(test: TestStore) {
        let mut conn = test.conn().await;
        let tenant = filled(&mut conn).await;
        let after = Partner { status: PartnerStatus::Archived, version: 2, updated_at: at(60), ..partner(1, "ada") };
        partners::update(&mut conn, &tenant, &after).await.expect("updated");
        assert_eq!(partners::find(&mut conn, &tenant, &after.id).await.expect("asked"), Some(after.clone()));
        let versions = partners::list_versions(&mut conn, &tenant, &after.id).await.expect("listed");
        let seen: Vec<_> = versions.iter().map(|version| (version.version, version.status, version.from_at)).collect();
        assert_eq!(seen, [(1, PartnerStatus::Active, at(1)), (2, PartnerStatus::Archived, at(60))]);
    }

    async fn pages_walk_a_list_both_ways_without_gaps(test: TestStore) {
        let mut conn = test.conn().await;
        let tenant = filled(&mut conn).await;
        let id = |number: u128| PartnerId::from_bits(number).to_string();
        let page = |order, cursor| Page { order, cursor, ..Page::first(2) };
        let newest = page(Order::NewestFirst, None);
        assert_eq!(keys_on(&mut conn, &tenant, &newest).await, (vec!["cy".into(), "bo".into()], true));
        let next = page(Order::NewestFirst, Some(Cursor::After(id(2))));
        assert_eq!(keys_on(&mut conn, &tenant, &next).await, (vec!["ada".into()], false));
        let back = page(Order::NewestFirst, Some(Cursor::Before(id(1))));
        assert_eq!(keys_on(&mut conn, &tenant, &back).await, (vec!["cy".into(), "bo".into()], false));
        let oldest = page(Order::OldestFirst, None);
        assert_eq!(keys_on(&mut conn, &tenant, &oldest).await, (vec!["ada".into(), "bo".into()], true));
        let before = page(Order::OldestFirst, Some(Cursor::Before(id(3))));
        assert_eq!(keys_on(&mut conn, &tenant, &before).await, (vec!["ada".into(), "bo".into()], false));
    }

    async fn a_list_keeps_to_its_times(test: TestStore) {
        let mut conn = test.conn().await;
        let tenant = filled(&mut conn).await;
        let page = Page { min_created: Some(at(2)), max_created: Some(at(2)), ..Page::first(9) };
        assert_eq!(keys_on(&mut conn, &tenant, &page).await, (vec!["bo".into()], false));
        let page = Page { min_updated: Some(at(3)), ..Page::first(9) };
        assert_eq!(keys_on(&mut conn, &tenant, &page).await, (vec!["cy".into()], false));
    }

    async fn partners_are_searched_by_name_email_and_key_plain_or_base64(test: TestStore) {
        let mut conn = test.conn().await;
        let tenant = filled(&mut conn).await;
        for (text, expected) in [("YWRh", "ada"), ("bo", "bo"), ("CY@partner", "cy"), ("100%", ""), ("_", "")] {
            let filter = PartnerFilter { search: Some(text.into()), ..PartnerFilter::default() };
            let listed = partners::list(&mut conn, &tenant, &filter, &Page::first(9)).await.expect("a page");
            let found: Vec<_> = listed.items.iter().map(|partner| partner.key.as_str()).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
        let filter = PartnerFilter { search: Some("ada PARK".into()), ..PartnerFilter::default() };
        let listed = partners::list(&mut conn, &tenant, &filter, &Page::first(9)).await.expect("a page");
        assert_eq!(listed.items.len(), 3, "all three bear the name");
    }

    async fn nobody_else_finds_or_changes_a_partner(shop: Shop) {
        let mut conn = shop.conn().await;
        let ada = partner(1, "ada");
        let changed = Partner { first_name: "Eve".into(), version: 2, ..ada.clone() };
        for other in shop.others() {
            assert_eq!(partners::find(&mut conn, &other, &ada.id).await.expect("asked"), None);
            assert_eq!(partners::find_by_key(&mut conn, &other, &ada.key).await.expect("asked"), None);
            assert_eq!(partners::find_by_email(&mut conn, &other, &ada.email).await.expect("asked"), None);
            assert_eq!(partners::list_versions(&mut conn, &other, &ada.id).await.expect("listed"), []);
            let listed = partners::list(&mut conn, &other, &PartnerFilter::default(), &Page::first(9)).await;
            assert_eq!(listed.expect("a page").items, []);
            partners::update(&mut conn, &other, &changed).await.expect_err("this partner is none of theirs");
        }
        assert_eq!(partners::find(&mut conn, &shop.tenant, &ada.id).await.expect("asked"), Some(ada.clone()));
        assert_eq!(partners::list_versions(&mut conn, &shop.tenant, &ada.id).await.expect("listed").len(), 1);
    }

    async fn each_mode_has_its_own_keys_and_addresses(shop: Shop) {
        let mut conn = shop.conn().await;
        let [testing, _] = shop.others();
        assert!(partners::insert(&mut conn, &testing, &Partner { id: PartnerId::from_bits(9), ..partner(1, "ada") }).await.expect("stored"));
        let key = PartnerKey::parse("ada").expect("a key");
        for (tenant, id) in [(&shop.tenant, 1), (&testing, 9)] {
            let by_key = partners::find_by_key(&mut conn, tenant, &key).await.expect("asked");
            assert_eq!(by_key.expect("there").id, PartnerId::from_bits(id));
            let by_email = partners::find_by_email(&mut conn, tenant, &email("ada@partner.test")).await.expect("asked");
            assert_eq!(by_email.expect("there").id, PartnerId::from_bits(id));
        }
    }

    async fn partners_are_listed_by_group_and_standing(shop: Shop) {
        let mut conn = shop.conn().await;
        groups::insert(&mut conn, &program(1).id, &group(5, "gold")).await.expect("stored");
        let gold = Partner { group: GroupId::from_bits(5), version: 2, ..partner(2, "bo") };
        partners::update(&mut conn, &shop.tenant, &gold).await.expect("updated");
        let gone = Partner { status: PartnerStatus::Archived, version: 2, ..partner(3, "cy") };
        partners::update(&mut conn, &shop.tenant, &gone).await.expect("updated");
        let everyone = PartnerFilter::default();
        for (filter, expected) in [
            (everyone.clone(), vec!["bo", "ada"]),
            (PartnerFilter { with_archived: true, ..everyone.clone() }, vec!["cy", "bo", "ada"]),
            (PartnerFilter { group: Some(GroupId::from_bits(5)), ..everyone.clone() }, vec!["bo"]),
            (PartnerFilter { status: Some(PartnerStatus::Archived), with_archived: true, ..everyone }, vec!["cy"]),
        ] {
            let listed = partners::list(&mut conn, &shop.tenant, &filter, &Page::first(9)).await.expect("a page");
            let keys: Vec<_> = listed.items.iter().map(|partner| partner.key.as_str()).collect();
            assert_eq!(keys, expected, "{filter:?}");
        }
    }

    async fn letters_beyond_ascii_are_searched_as_they_are(shop: Shop) {
        let mut conn = shop.conn().await;
        let named = Partner { first_name: "ÄRNE".into(), last_name: "Öz".into(), version: 2, ..partner(1, "ada") };
        partners::update(&mut conn, &shop.tenant, &named).await.expect("updated");
        for (text, found) in [("Ärne", 1), ("ärne", 0), ("ÄRNE", 1), ("Öz", 1), ("öz", 0)] {
            let filter = PartnerFilter { search: Some(text.into()), ..PartnerFilter::default() };
            let listed = partners::list(&mut conn, &shop.tenant, &filter, &Page::first(9)).await.expect("a page");
            assert_eq!(listed.items.len(), found, "{text}: both engines lower ASCII letters alone");
        }
    }
}
