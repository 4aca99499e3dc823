//! Every store function of the program side, with the same assertions on both engines.

use crate::on_both_engines;
use crate::support::TestStore;
use whence::store::program::hosts::{self, LinkHost};
use whence::store::program::keys::{self, KeyPair};
use whence::store::program::links::{self, LinkFilter};
use whence::store::program::partners::{self, PartnerFilter};
use whence::store::program::{groups, policies, programs};
use whence::store::{Conn, Cursor, Order, Page};
use whence_domain::program::{
    Destination, Email, Group, Link, Partner, PartnerKey, PartnerStatus, Policy, Program, Slug,
};
use whence_domain::{Currency, GroupId, Instant, KeyPairId, LinkId, Mode, PartnerId, ProgramId, Tenant};

fn at(seconds: i64) -> Instant {
    Instant::from_seconds(1_772_323_200 + seconds)
}

fn program(number: u128) -> Program {
    Program {
        id: ProgramId::from_bits(number),
        slug: Slug::parse(&format!("shop-{number}")).expect("a slug"),
        name: "Shop".into(),
        site: "https://shop.test".into(),
        site_domain: "shop.test".into(),
        currency: Currency::parse("EUR").expect("a currency"),
        time_zone: "UTC".into(),
        created_at: at(0),
    }
}

fn group(number: u128, slug: &str) -> Group {
    Group {
        id: GroupId::from_bits(number),
        slug: Slug::parse(slug).expect("a slug"),
        name: slug.into(),
        default_at: (number == 1).then_some(at(0)),
        archived_at: None,
        created_at: at(0),
        updated_at: at(0),
    }
}

fn partner(number: u32, key: &str) -> Partner {
    Partner {
        id: PartnerId::from_bits(number.into()),
        key: PartnerKey::parse(key).expect("a key"),
        email: Email::parse(&format!("{key}@partner.test")).expect("an e-mail"),
        first_name: "Ada".into(),
        last_name: "Park".into(),
        group: GroupId::from_bits(1),
        status: PartnerStatus::Active,
        version: 1,
        joined_at: at(i64::from(number)),
        created_at: at(i64::from(number)),
        updated_at: at(i64::from(number)),
    }
}

fn link(number: u32, key: &str, partner: u32) -> Link {
    Link {
        id: LinkId::from_bits(number.into()),
        number: i64::from(number),
        link_key: Slug::parse(key).expect("a slug"),
        partner: PartnerId::from_bits(partner.into()),
        dest: Destination::parse("https://shop.test/a").expect("a destination"),
        title: None,
        version: 1,
        archived_at: None,
        created_at: at(i64::from(number)),
        updated_at: at(i64::from(number)),
    }
}

/// A program with a default group and three partners, and the tenant of its live data.
async fn filled(conn: &mut Conn) -> Tenant {
    assert!(programs::insert(conn, &program(1)).await.expect("stored"));
    let tenant = Tenant::new(program(1).id, Mode::Live);
    assert!(groups::insert(conn, &tenant.program, &group(1, "default")).await.expect("stored"));
    for (number, key) in [(1, "ada"), (2, "bo"), (3, "cy")] {
        assert!(partners::insert(conn, &tenant, &partner(number, key)).await.expect("stored"));
    }
    tenant
}

async fn keys_on(conn: &mut Conn, tenant: &Tenant, page: &Page) -> (Vec<String>, bool) {
    let listed = partners::list(conn, tenant, &PartnerFilter::default(), page).await.expect("a page");
    (listed.items.iter().map(|partner| partner.key.to_string()).collect(), listed.has_more)
}

on_both_engines! {
    async fn a_program_is_read_back_as_it_was_stored(test: TestStore) {
        let mut conn = test.conn().await;
        assert!(programs::insert(&mut conn, &program(1)).await.expect("stored"));
        assert!(!programs::insert(&mut conn, &Program { id: ProgramId::from_bits(2), ..program(1) }).await.expect("asked"));
        assert_eq!(programs::get(&mut conn, &program(1).id).await.expect("there"), program(1));
        let found = programs::find_by_slug(&mut conn, &Slug::parse("SHOP-1").expect("a slug")).await.expect("asked");
        assert_eq!(found, Some(program(1)));
        assert!(programs::get(&mut conn, &ProgramId::from_bits(9)).await.is_err());
    }

    async fn a_programs_version_grows_with_each_change(test: TestStore) {
        let mut conn = test.conn().await;
        programs::insert(&mut conn, &program(1)).await.expect("stored");
        programs::mark_changed(&mut conn, &program(1).id).await.expect("marked");
        assert_eq!(programs::list_versions(&mut conn).await.expect("listed"), [(program(1).id, 2)]);
    }

    async fn the_latest_policy_is_the_one_of_the_greatest_number(test: TestStore) {
        let mut conn = test.conn().await;
        programs::insert(&mut conn, &program(1)).await.expect("stored");
        let later = Policy { version: 2, from_at: at(5), trust_email_matches: true, ..Policy::default() };
        assert!(policies::insert(&mut conn, &program(1).id, &later).await.expect("stored"));
        assert!(policies::insert(&mut conn, &program(1).id, &Policy::default()).await.expect("stored"));
        assert!(!policies::insert(&mut conn, &program(1).id, &later).await.expect("asked"));
        assert_eq!(policies::get_latest(&mut conn, &program(1).id).await.expect("there"), later);
        let all = policies::list(&mut conn, &program(1).id).await.expect("listed");
        assert_eq!(all, [Policy::default(), later]);
    }

    async fn a_link_host_has_one_owner(test: TestStore) {
        let mut conn = test.conn().await;
        for number in [1, 2] {
            programs::insert(&mut conn, &program(number)).await.expect("stored");
        }
        let host = |number| LinkHost {
            host: "go.shop.test".into(),
            program: ProgramId::from_bits(number),
            proof: "operator".into(),
            verified_at: at(0),
        };
        assert!(hosts::insert(&mut conn, &host(1)).await.expect("stored"));
        assert!(!hosts::insert(&mut conn, &host(2)).await.expect("asked"));
        assert_eq!(hosts::find(&mut conn, "go.shop.test").await.expect("asked"), Some(host(1)));
        assert_eq!(hosts::list(&mut conn, &ProgramId::from_bits(2)).await.expect("listed"), []);
    }

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

    async fn a_revoked_pair_of_keys_opens_nothing(test: TestStore) {
        let mut conn = test.conn().await;
        let tenant = filled(&mut conn).await;
        let pair = KeyPair {
            id: KeyPairId::from_bits(1),
            tenant: tenant.clone(),
            public_key: "pk_1".into(),
            secret_hash: "hash".into(),
            created_at: at(0),
            revoked_at: None,
        };
        keys::insert(&mut conn, &pair).await.expect("stored");
        assert_eq!(keys::find_by_public_key(&mut conn, "pk_1").await.expect("asked"), Some(pair.clone()));
        let foreign = Tenant::new(ProgramId::from_bits(7), Mode::Live);
        assert!(!keys::mark_revoked(&mut conn, &foreign, &pair.id, at(1)).await.expect("asked"));
        assert!(keys::mark_revoked(&mut conn, &tenant, &pair.id, at(1)).await.expect("revoked"));
        assert!(!keys::mark_revoked(&mut conn, &tenant, &pair.id, at(2)).await.expect("asked"));
        assert_eq!(keys::find_by_public_key(&mut conn, "pk_1").await.expect("asked"), None);
        assert_eq!(keys::list(&mut conn, &tenant).await.expect("listed").len(), 1);
    }
}
