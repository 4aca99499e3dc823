//! Requests that led nowhere.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, link};
use whence::store::program::links;
use whence::store::tracking::drained::{self, MissRow, Place};
use whence::store::tracking::misses;
use whence::store::{Conn, Cursor, Order, Page};
use whence_domain::tracking::Outcome;
use whence_domain::{LinkId, PartnerId, Tenant};

/// A request at the first second, kept at this run, segment and position.
fn miss(tenant: &Tenant, (incarnation, segment, offset): (u32, u32, u64), outcome: Outcome) -> MissRow {
    MissRow {
        place: Place { incarnation, segment, offset },
        program: Some(tenant.program.to_string()),
        mode: None,
        host: "go.shop.test".into(),
        path: format!("/{incarnation}-{segment}-{offset}"),
        link: None,
        outcome: outcome.as_str(),
        reason: "no_such_link".into(),
        occurred_at: at(1).micros(),
        recorded_at: at(2).micros(),
        referrer_host: None,
    }
}

/// How many are listed, which must be as many as are counted.
async fn found(conn: &mut Conn, tenant: &Tenant, outcome: Outcome, partner: Option<&PartnerId>) -> usize {
    let listed = misses::list(conn, tenant, outcome, partner, &Page::first(9)).await.expect("a page").items.len();
    let counted = misses::count(conn, tenant, outcome, partner, &Page::first(1)).await.expect("counted");
    assert_eq!(i64::try_from(listed).expect("few"), counted);
    listed
}

on_both_engines! {
    async fn requests_that_led_nowhere_are_listed_without_gaps(shop: Shop) {
        let mut conn = shop.conn().await;
        let places = [(1, 1, 1), (1, 1, 2), (1, 2, 1), (2, 1, 1)];
        let rows: Vec<_> = places.map(|place| miss(&shop.tenant, place, Outcome::Unknown)).into();
        drained::insert_misses(&mut conn, &rows).await.expect("drained");
        for (order, expected) in [(Order::NewestFirst, ["2-1-1", "1-2-1", "1-1-2", "1-1-1"]), (Order::OldestFirst, ["1-1-1", "1-1-2", "1-2-1", "2-1-1"])] {
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let page = Page { order, cursor: cursor.clone(), ..Page::first(1) };
                let listed = misses::list(&mut conn, &shop.tenant, Outcome::Unknown, None, &page).await.expect("a page");
                cursor = listed.items.last().map(|miss| Cursor::After(miss.key.to_string()));
                seen.extend(listed.items.into_iter().map(|miss| miss.path));
                if !listed.has_more {
                    break;
                }
            }
            assert_eq!(seen, expected.map(|place| format!("/{place}")));
        }
        let counted = misses::count(&mut conn, &shop.tenant, Outcome::Unknown, None, &Page::first(1)).await;
        assert_eq!(counted.expect("counted"), 4);
    }

    async fn a_miss_is_of_its_program_and_of_its_links_mode_and_partner(shop: Shop) {
        let mut conn = shop.conn().await;
        links::insert(&mut conn, &shop.tenant, &link(1, "spring", 1)).await.expect("stored");
        let inactive = MissRow {
            link: Some(LinkId::from_bits(1).to_string()),
            mode: Some("live"),
            ..miss(&shop.tenant, (1, 1, 1), Outcome::Inactive)
        };
        drained::insert_misses(&mut conn, &[inactive, miss(&shop.tenant, (1, 1, 2), Outcome::Unknown)]).await.expect("drained");
        let [testing, other] = shop.others();
        let partners = [PartnerId::from_bits(1), PartnerId::from_bits(2)];
        for (tenant, outcome, partner, expected) in [
            (&shop.tenant, Outcome::Inactive, None, 1),
            (&shop.tenant, Outcome::Inactive, Some(&partners[0]), 1),
            (&shop.tenant, Outcome::Inactive, Some(&partners[1]), 0),
            (&shop.tenant, Outcome::Unknown, None, 1),
            (&testing, Outcome::Inactive, None, 0),
            (&testing, Outcome::Unknown, None, 1),
            (&other, Outcome::Inactive, None, 0),
            (&other, Outcome::Unknown, None, 0),
        ] {
            assert_eq!(found(&mut conn, tenant, outcome, partner).await, expected, "{tenant:?} {outcome} {partner:?}");
        }
        let listed = misses::list(&mut conn, &shop.tenant, Outcome::Inactive, None, &Page::first(9)).await.expect("a page");
        assert_eq!((listed.items[0].link_key.as_deref(), listed.items[0].partner_key.as_deref()), (Some("spring"), Some("ada")));
        let page = Page { min_created: Some(at(2)), ..Page::first(9) };
        assert_eq!(misses::count(&mut conn, &shop.tenant, Outcome::Unknown, None, &page).await.expect("counted"), 0);
    }
}
