//! Offers and their versions.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, euros, offer};
use whence::store::earning::offers::{self, OfferFilter};
use whence::store::{Cursor, Order, Page};
use whence_domain::earning::{Limits, OfferVersion, Terms};
use whence_domain::{GroupId, OfferId};

on_both_engines! {
    async fn an_offer_is_its_latest_version_and_keeps_the_others(shop: Shop) {
        let mut conn = shop.conn().await;
        offers::insert(&mut conn, &shop.tenant, &offer(1)).await.expect("stored");
        let second = OfferVersion {
            version: 2,
            from_at: at(60),
            terms: Terms::Flat { amount: euros(i64::MAX) },
            limits: Limits { first_n: Some(u32::MAX), months: None, cap_amount: Some(i64::MAX) },
            description: "ü".repeat(500),
            hold_days: 0,
            group: Some(GroupId::from_bits(1)),
            ..offer(1)
        };
        offers::update(&mut conn, &shop.tenant, &second).await.expect("updated");
        let found = offers::find(&mut conn, &shop.tenant, &second.offer).await.expect("asked").expect("there");
        assert_eq!((found.latest, found.created_at, found.updated_at), (second.clone(), at(1), at(60)));
        assert_eq!(offers::list_versions(&mut conn, &shop.tenant).await.expect("listed"), [offer(1), second]);
        assert_eq!(offers::find(&mut conn, &shop.tenant, &OfferId::from_bits(9)).await.expect("asked"), None);
    }

    async fn nobody_else_finds_or_changes_an_offer(shop: Shop) {
        let mut conn = shop.conn().await;
        offers::insert(&mut conn, &shop.tenant, &offer(1)).await.expect("stored");
        let changed = OfferVersion { version: 2, archived_at: Some(at(9)), ..offer(1) };
        for other in shop.others() {
            assert_eq!(offers::find(&mut conn, &other, &changed.offer).await.expect("asked"), None);
            let listed = offers::list(&mut conn, &other, &OfferFilter::default(), &Page::first(9)).await;
            assert_eq!(listed.expect("a page").items, []);
            assert_eq!(offers::list_versions(&mut conn, &other).await.expect("listed"), []);
            offers::update(&mut conn, &other, &changed).await.expect_err("this offer is none of theirs");
        }
        assert_eq!(offers::list_versions(&mut conn, &shop.tenant).await.expect("listed"), [offer(1)]);
    }

    async fn offers_are_listed_by_group_and_with_archived_ones_on_request(shop: Shop) {
        let mut conn = shop.conn().await;
        let grouped = |number, group| OfferVersion { group: Some(GroupId::from_bits(group)), ..offer(number) };
        for version in [offer(1), grouped(2, 1), grouped(3, 5), OfferVersion { archived_at: Some(at(9)), ..offer(4) }] {
            offers::insert(&mut conn, &shop.tenant, &version).await.expect("stored");
        }
        let group = Some(GroupId::from_bits(1));
        for (filter, expected) in [
            (OfferFilter::default(), vec![3, 2, 1]),
            (OfferFilter { group: group.clone(), with_archived: false }, vec![2, 1]),
            (OfferFilter { group, with_archived: true }, vec![4, 2, 1]),
        ] {
            let listed = offers::list(&mut conn, &shop.tenant, &filter, &Page::first(9)).await.expect("a page");
            let ids: Vec<_> = listed.items.into_iter().map(|offer| offer.latest.offer).collect();
            assert_eq!(ids, expected.into_iter().map(OfferId::from_bits).collect::<Vec<_>>(), "{filter:?}");
        }
        let page = Page { order: Order::OldestFirst, cursor: Some(Cursor::After(offer(1).offer.to_string())), ..Page::first(1) };
        let listed = offers::list(&mut conn, &shop.tenant, &OfferFilter::default(), &page).await.expect("a page");
        assert_eq!((listed.items[0].latest.clone(), listed.has_more), (grouped(2, 1), true));
    }
}
