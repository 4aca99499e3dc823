//! Touches.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, claim, click, click_key, customer};
use whence::store::Conn;
use whence::store::tracking::touches::{self, NewTouch};
use whence::store::tracking::{clicks, drained};
use whence_domain::tracking::{CameBy, Outcome, Touch, TouchClass};
use whence_domain::{LinkId, PartnerId, Tenant};

fn touch(number: u16, outcome: Outcome) -> NewTouch {
    NewTouch {
        id: click_key(number).into(),
        xid: format!("{number:032}"),
        link: LinkId::from_bits(1),
        partner: PartnerId::from_bits(1),
        outcome,
        came_by: CameBy::Cookie,
    }
}

async fn listed(conn: &mut Conn, tenant: &Tenant, number: u32) -> Vec<(Touch, Outcome)> {
    touches::list(conn, tenant, &customer(number).id).await.expect("listed")
}

on_both_engines! {
    async fn touches_are_in_the_order_of_their_clicks_and_kept_once(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1]).await;
        for (number, outcome) in [(3, Outcome::Own), (1, Outcome::Counted), (2, Outcome::Bot), (1, Outcome::Counted)] {
            touches::insert(&mut conn, &shop.tenant, &claim(1).id, &touch(number, outcome), at(9)).await.expect("kept");
        }
        let found = listed(&mut conn, &shop.tenant, 1).await;
        let seen: Vec<_> = found.iter().map(|(touch, outcome)| (touch.id.counter, touch.class, *outcome)).collect();
        assert_eq!(seen, [
            (1, TouchClass::Counts, Outcome::Counted),
            (2, TouchClass::CountsOnceConfirmed, Outcome::Bot),
            (3, TouchClass::Never, Outcome::Own),
        ]);
        let first = &found[0].0;
        assert_eq!((first.partner.clone(), first.came_by, first.claim.clone()), (PartnerId::from_bits(1), CameBy::Cookie, claim(1).id));
        for other in shop.others() {
            assert!(listed(&mut conn, &other, 1).await.is_empty());
        }
    }

    async fn an_id_that_several_customers_bring_is_shared(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2]).await;
        touches::insert(&mut conn, &shop.tenant, &claim(1).id, &touch(1, Outcome::Counted), at(9)).await.expect("kept");
        assert!(!listed(&mut conn, &shop.tenant, 1).await[0].0.shared_id);
        touches::insert(&mut conn, &shop.tenant, &claim(2).id, &touch(1, Outcome::Counted), at(9)).await.expect("kept");
        for number in [1, 2] {
            assert!(listed(&mut conn, &shop.tenant, number).await[0].0.shared_id);
        }
    }

    async fn a_click_that_counts_after_all_is_a_landing(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1]).await;
        touches::insert(&mut conn, &shop.tenant, &claim(1).id, &touch(1, Outcome::Bot), at(9)).await.expect("kept");
        assert_eq!(listed(&mut conn, &shop.tenant, 1).await[0].0.landed_at, None, "the click is not drained yet");
        drained::insert_clicks(&mut conn, &[click(&shop.tenant, 1, Outcome::Bot)]).await.expect("drained");
        assert_eq!(listed(&mut conn, &shop.tenant, 1).await[0].0.landed_at, None);
        clicks::count_after_all(&mut conn, &shop.tenant, click_key(1), Outcome::Bot, at(20)).await.expect("counted");
        assert_eq!(listed(&mut conn, &shop.tenant, 1).await[0].0.landed_at, Some(at(20)));
    }
}
