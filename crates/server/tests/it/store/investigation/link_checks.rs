//! Kept looks at where links lead.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, link};
use whence::store::investigation::link_checks::{self, LinkCheck, Why};
use whence::store::program::links;
use whence_domain::investigation::facts::{CheckSeen, TagSeen};
use whence_domain::investigation::link_check::{
    Asked, Carried, Facts, Hop, KeyState, LinkState, OverwritingFact, PageFacts, Served, TagFact, Via,
};
use whence_domain::program::Destination;
use whence_domain::{LinkCheckId, LinkId, Mode, PartnerId};

/// A look at link `number`, at the second of `second`, that found the tag or not.
pub(in crate::store) fn check(number: u32, second: i64, found: bool) -> LinkCheck {
    let tag = TagFact {
        served: Served::Here,
        src: Some("https://go.shop.test/v1/".into()),
        public_key: Some("pk_1".into()),
        key: KeyState::OtherMode,
        environment: Some(Mode::Test),
        in_head: true,
        waits_for_consent: false,
        line: 4,
    };
    let overwriting = OverwritingFact { what: "growsumo.data".into(), line: 9, excerpt: "growsumo.data = {}".into() };
    let page = PageFacts {
        is_html: true,
        is_whole: true,
        tags: found.then_some(tag).into_iter().collect(),
        overwritings: found.then_some(overwriting).into_iter().collect(),
        ..PageFacts::default()
    };
    let hop = Hop {
        url: "https://shop.test/a".into(),
        status: Some(200),
        via: Via::Asked,
        carried: Carried::default(),
        lost: Vec::new(),
    };
    let id = LinkId::from_bits(number.into());
    let asked =
        Asked { link: Some(id.clone()), state: LinkState::Active, partner_key: "ada".into(), dest_allowed: true };
    LinkCheck {
        id: LinkCheckId::from_bits(u128::from(number) << 64 | u128::try_from(second).expect("positive")),
        link: Some(id),
        url: "https://go.shop.test/spring".into(),
        dest: "https://shop.test/a".into(),
        host: "shop.test".into(),
        path: "/a".into(),
        why: Why::Daily,
        shared_with: None,
        browser_at: None,
        facts: Facts { asked: Some(asked), hops: vec![hop], page: Some(page), ..Facts::default() },
        checked_at: at(second),
    }
}

fn ids(checks: &[LinkCheck]) -> Vec<i64> {
    checks.iter().map(|check| check.checked_at.micros() / 1_000_000 - at(0).micros() / 1_000_000).collect()
}

on_both_engines! {
    async fn a_look_comes_back_as_it_was_kept_and_to_its_tenant_alone(shop: Shop) {
        let mut conn = shop.conn().await;
        links::insert(&mut conn, &shop.tenant, &link(1, "spring", 1)).await.expect("stored");
        let kept = check(1, 5, true);
        link_checks::insert(&mut conn, &shop.tenant, &kept).await.expect("kept");
        let address = LinkCheck { link: None, id: LinkCheckId::from_bits(7), why: Why::Person, ..check(1, 6, false) };
        link_checks::insert(&mut conn, &shop.tenant, &address).await.expect("kept");
        for one in [&kept, &address] {
            let found = link_checks::find(&mut conn, &shop.tenant, &one.id).await.expect("an answer");
            assert_eq!(found.as_ref(), Some(one));
        }
        let seen: CheckSeen = kept.seen();
        assert_eq!((seen.tag, seen.overwritten_at, seen.http_status), (TagSeen::Found, Some(9), Some(200)));
        for tenant in shop.others() {
            assert_eq!(link_checks::find(&mut conn, &tenant, &kept.id).await.expect("an answer"), None);
            assert!(link_checks::list(&mut conn, &tenant, None, 9).await.expect("a list").is_empty());
        }
        let had = |path: &'static str, second| (("shop.test", path), at(second));
        for ((page, before), expected) in [(had("/a", 6), true), (had("/a", 5), false), (had("/b", 6), false)] {
            assert_eq!(link_checks::had_tag(&mut conn, &shop.tenant, page, before).await.expect("an answer"), expected);
        }
        let [testing, _] = shop.others();
        assert!(!link_checks::had_tag(&mut conn, &testing, ("shop.test", "/a"), at(9)).await.expect("an answer"));
    }

    async fn looks_are_listed_newest_first_and_around_a_time_with_the_last_one_before(shop: Shop) {
        let mut conn = shop.conn().await;
        for number in [1, 2] {
            links::insert(&mut conn, &shop.tenant, &link(number, &format!("l{number}"), 1)).await.expect("stored");
        }
        for (number, second) in [(1, 10), (1, 20), (1, 30), (1, 40), (2, 15), (2, 35)] {
            link_checks::insert(&mut conn, &shop.tenant, &check(number, second, true)).await.expect("kept");
        }
        let [one, two] = [1, 2].map(LinkId::from_bits);
        let listed = link_checks::list(&mut conn, &shop.tenant, Some(&one), 3).await.expect("a list");
        assert_eq!(ids(&listed), [40, 30, 20]);
        assert_eq!(link_checks::list(&mut conn, &shop.tenant, None, 9).await.expect("a list").len(), 6);
        let both = [one.clone(), two];
        let around = link_checks::around(&mut conn, &shop.tenant, &both, at(25), at(36)).await.expect("a list");
        assert_eq!(ids(&around), [15, 20, 30, 35]);
        let [testing, _] = shop.others();
        assert!(link_checks::around(&mut conn, &testing, &both, at(0), at(99)).await.expect("a list").is_empty());
        let newest = link_checks::newest_of_partner(&mut conn, &shop.tenant, &PartnerId::from_bits(1)).await.expect("a list");
        let mut newest = ids(&newest);
        newest.sort_unstable();
        assert_eq!(newest, [35, 40]);
        assert!(link_checks::newest_of_partner(&mut conn, &testing, &PartnerId::from_bits(1)).await.expect("a list").is_empty());
        let dest = ("shop.test", "/a", "https://shop.test/a");
        let found = link_checks::newest_of_dest(&mut conn, &shop.tenant, dest, at(30)).await.expect("an answer");
        assert_eq!(found.map(|check| check.checked_at), Some(at(40)));
        assert_eq!(link_checks::newest_of_dest(&mut conn, &shop.tenant, dest, at(40)).await.expect("an answer"), None);
        assert_eq!(link_checks::newest_of_dest(&mut conn, &testing, dest, at(0)).await.expect("an answer"), None);
    }

    async fn a_link_is_due_while_where_it_leads_now_was_not_looked_at(shop: Shop) {
        let mut conn = shop.conn().await;
        for number in [1, 2, 3] {
            links::insert(&mut conn, &shop.tenant, &link(number, &format!("l{number}"), 1)).await.expect("stored");
        }
        let mut archived = link(3, "l3", 1);
        (archived.archived_at, archived.version) = (Some(at(4)), 2);
        links::update(&mut conn, &shop.tenant, &archived).await.expect("stored");
        link_checks::insert(&mut conn, &shop.tenant, &check(1, 10, true)).await.expect("kept");
        let due = link_checks::due(&mut conn, at(9), None, 9).await.expect("a list");
        assert_eq!(due.iter().map(|due| (due.link.clone(), due.last_at)).collect::<Vec<_>>(), [(LinkId::from_bits(2), None)]);
        let due = link_checks::due(&mut conn, at(10), None, 9).await.expect("a list");
        assert_eq!(due.iter().map(|due| due.last_at).collect::<Vec<_>>(), [Some(at(10)), None]);
        assert_eq!(due[0].tenant, shop.tenant);
        let first = LinkId::from_bits(1);
        assert_eq!(link_checks::due(&mut conn, at(10), Some(&first), 9).await.expect("a list").len(), 1);
        let mut moved = link(1, "l1", 1);
        (moved.dest, moved.version) = (Destination::parse("https://shop.test/b").expect("a destination"), 2);
        links::update(&mut conn, &shop.tenant, &moved).await.expect("stored");
        let due = link_checks::due(&mut conn, at(9), None, 9).await.expect("a list");
        assert_eq!(due.iter().map(|due| due.last_at).collect::<Vec<_>>(), [None, None]);
    }
}
