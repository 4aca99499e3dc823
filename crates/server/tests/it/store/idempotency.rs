//! First final answers.

use crate::on_both_engines;
use crate::store::facts::{Shop, at};
use whence::store::idempotency::{self, Known, RequestKey};
use whence::store::{Conn, Priority, StoreError};
use whence_domain::{KeyPairId, Tenant};

fn request(tenant: &Tenant, pair: u128, route: &str, key: &str) -> RequestKey {
    RequestKey { tenant: tenant.clone(), pair: KeyPairId::from_bits(pair), route: route.into(), key: key.into() }
}

async fn find(conn: &mut Conn, request: &RequestKey) -> Option<Known> {
    idempotency::find(conn, request).await.expect("asked")
}

on_both_engines! {
    async fn a_request_begins_once_and_keeps_its_answer(shop: Shop) {
        let mut conn = shop.conn().await;
        let request = request(&shop.tenant, 1, "POST /api/v2/links", "k");
        assert_eq!(find(&mut conn, &request).await, None);
        assert!(idempotency::insert(&mut conn, &request, "hash", at(1)).await.expect("begun"));
        assert!(!idempotency::insert(&mut conn, &request, "other", at(2)).await.expect("asked"));
        let begun = Known { input_hash: "hash".into(), answer: None, has_effect: false, created_at: at(1) };
        assert_eq!(find(&mut conn, &request).await, Some(begun.clone()));
        let body = "ü".repeat(1_000);
        idempotency::mark_answered(&mut conn, &request, 200, &body).await.expect("kept");
        assert_eq!(find(&mut conn, &request).await, Some(Known { answer: Some((200, body)), ..begun }));
        idempotency::delete(&mut conn, &request).await.expect("asked");
        assert!(find(&mut conn, &request).await.is_some(), "an answer is final");
    }

    async fn a_request_that_did_nothing_is_forgotten(shop: Shop) {
        let mut conn = shop.conn().await;
        let request = request(&shop.tenant, 1, "POST /api/v2/links", "k");
        idempotency::insert(&mut conn, &request, "hash", at(1)).await.expect("begun");
        idempotency::delete(&mut conn, &request).await.expect("forgotten");
        assert_eq!(find(&mut conn, &request).await, None);
    }

    async fn what_began_long_ago_is_forgotten_whatever_became_of_it(shop: Shop) {
        let mut conn = shop.conn().await;
        for (number, route) in (1..).zip(["a", "b", "c"]) {
            let old = request(&shop.tenant, 1, route, "k");
            idempotency::insert(&mut conn, &old, "hash", at(number)).await.expect("begun");
            idempotency::mark_answered(&mut conn, &old, 200, "{}").await.expect("kept");
        }
        assert_eq!(idempotency::delete_older(&mut conn, at(3)).await.expect("forgotten"), 2);
        assert_eq!(find(&mut conn, &request(&shop.tenant, 1, "b", "k")).await, None);
        assert!(find(&mut conn, &request(&shop.tenant, 1, "c", "k")).await.is_some());
    }

    async fn pairs_routes_and_keys_are_apart(shop: Shop) {
        let mut conn = shop.conn().await;
        let tenant = &shop.tenant;
        let requests = [
            request(tenant, 1, "POST /api/v2/links", "k"),
            request(tenant, 2, "POST /api/v2/links", "k"),
            request(tenant, 1, "POST /api/v2/groups", "k"),
            request(tenant, 1, "POST /api/v2/links", "K"),
        ];
        for (number, known) in (1..).zip(&requests) {
            assert!(idempotency::insert(&mut conn, known, "hash", at(number)).await.expect("begun"), "{known:?}");
        }
        idempotency::mark_answered(&mut conn, &requests[0], 200, "{}").await.expect("kept");
        idempotency::delete(&mut conn, &requests[1]).await.expect("forgotten");
        for (number, known) in [(3, &requests[2]), (4, &requests[3])] {
            let found = find(&mut conn, known).await.expect("there");
            assert_eq!((found.answer, found.created_at), (None, at(number)));
        }
    }

    async fn an_abandoned_request_is_taken_over_once(shop: Shop) {
        let mut conn = shop.conn().await;
        let request = request(&shop.tenant, 1, "POST /api/v2/links", "k");
        idempotency::insert(&mut conn, &request, "hash", at(10)).await.expect("begun");
        let mut take = async |stale, now| idempotency::mark_taken_over(&mut conn, &request, at(stale), at(now)).await.expect("asked");
        assert!(!take(10, 70).await, "it is not that old");
        assert!(take(11, 71).await);
        assert!(!take(11, 72).await, "somebody else was faster");
        idempotency::mark_answered(&mut conn, &request, 200, "{}").await.expect("kept");
        assert!(!idempotency::mark_taken_over(&mut conn, &request, at(99), at(99)).await.expect("asked"), "it has its answer");
    }

    async fn a_request_with_an_effect_is_neither_forgotten_nor_taken_over(shop: Shop) {
        let mut conn = shop.conn().await;
        let request = request(&shop.tenant, 1, "POST /api/v2/links", "k");
        idempotency::insert(&mut conn, &request, "hash", at(1)).await.expect("begun");
        for _ in 0..2 {
            idempotency::mark_effect(&mut conn, &request).await.expect("noted");
            assert!(find(&mut conn, &request).await.expect("there").has_effect);
        }
        assert!(!idempotency::mark_taken_over(&mut conn, &request, at(99), at(99)).await.expect("asked"));
        idempotency::delete(&mut conn, &request).await.expect("asked");
        assert!(find(&mut conn, &request).await.is_some());
    }

    async fn units_of_a_served_request_note_its_effect_with_their_own(shop: Shop) {
        let mut conn = shop.conn().await;
        let request = request(&shop.tenant, 1, "POST /api/v2/links", "k");
        idempotency::insert(&mut conn, &request, "hash", at(1)).await.expect("begun");
        for refuse in [true, false] {
            let unit = shop.test.store.write(Priority::Money, refuse, |_, refuse| {
                let outcome = if *refuse { Err(StoreError::Unusable("on purpose".into())) } else { Ok(()) };
                Box::pin(async { outcome })
            });
            let outcome = idempotency::serve(request.clone(), unit).await;
            assert_eq!(outcome.is_err(), refuse);
            assert_eq!(find(&mut conn, &request).await.expect("there").has_effect, !refuse);
        }
    }

    async fn nobody_else_sees_or_ends_a_request(shop: Shop) {
        let mut conn = shop.conn().await;
        let mine = request(&shop.tenant, 1, "POST /api/v2/links", "k");
        idempotency::insert(&mut conn, &mine, "hash", at(1)).await.expect("begun");
        for other in shop.others() {
            let theirs = RequestKey { tenant: other, ..mine.clone() };
            assert_eq!(find(&mut conn, &theirs).await, None);
            idempotency::mark_answered(&mut conn, &theirs, 200, "{}").await.expect("asked");
            idempotency::mark_effect(&mut conn, &theirs).await.expect("asked");
            assert!(!idempotency::mark_taken_over(&mut conn, &theirs, at(99), at(99)).await.expect("asked"));
            idempotency::delete(&mut conn, &theirs).await.expect("asked");
        }
        let found = find(&mut conn, &mine).await.expect("there");
        assert_eq!((found.answer, found.has_effect), (None, false));
    }
}
