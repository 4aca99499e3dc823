//! What lies around a question.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, claim, customer, link};
use crate::store::tracking::drained::{miss, place};
use whence::store::investigation::surroundings;
use whence::store::program::links;
use whence::store::tracking::claims::{self, Claimed};
use whence::store::tracking::customers;
use whence::store::tracking::drained::{self, MissRow};
use whence_domain::investigation::facts::PageName;
use whence_domain::{PartnerId, Period};

on_both_engines! {
    async fn pages_of_sign_ups_and_words_of_a_person_are_listed(shop: Shop) {
        let mut conn = shop.conn().await;
        customers::insert(&mut conn, &shop.tenant, &customer(1)).await.expect("stored");
        for number in [1, 2] {
            let told = Claimed { day: Some("2026-03-01".into()), page_template: Some("/join".into()), ..claim(number) };
            claims::insert(&mut conn, &shop.tenant, &customer(1).id, &told).await.expect("stored");
        }
        let page = PageName { host: "shop.test".into(), path: "/join".into() };
        let pages = surroundings::list_sign_up_pages(&mut conn, &shop.tenant, at(9), 9).await.expect("listed");
        assert_eq!(pages, [page.clone(), page]);
        let before = surroundings::list_sign_up_pages(&mut conn, &shop.tenant, at(0), 9).await.expect("listed");
        assert_eq!(before, []);
        for (email, key, expected) in [
            (Some("u1@example.test"), None, vec![claim(1).id]),
            (None, Some("u-2"), vec![claim(2).id]),
            (Some("u1@example.test"), Some("u-2"), vec![claim(2).id, claim(1).id]),
            (None, None, vec![]),
        ] {
            let words = surroundings::list_words_of_person(&mut conn, &shop.tenant, email, key, 9).await.expect("listed");
            assert_eq!(words.into_iter().map(|(claim, _)| claim).collect::<Vec<_>>(), expected);
        }
        for other in shop.others() {
            assert_eq!(surroundings::list_sign_up_pages(&mut conn, &other, at(9), 9).await.expect("listed"), []);
            let words = surroundings::list_words_of_person(&mut conn, &other, Some("u1@example.test"), None, 9).await;
            assert_eq!(words.expect("listed"), []);
        }
    }

    async fn requests_that_led_nowhere_are_found_by_link_and_by_address(shop: Shop) {
        let mut conn = shop.conn().await;
        let stored = link(1, "ada", 1);
        assert!(links::insert(&mut conn, &shop.tenant, &stored).await.expect("stored"));
        let of_link = MissRow {
            program: Some(shop.tenant.program.to_string()),
            link: Some(stored.id.to_string()),
            outcome: "inactive",
            ..miss(1)
        };
        let unknown = MissRow { place: place(2), program: Some(shop.tenant.program.to_string()), ..miss(2) };
        drained::insert_misses(&mut conn, &[of_link, unknown]).await.expect("drained");
        let period = Period { start: at(0), end: at(9) };
        let partner = PartnerId::from_bits(1);
        let own = surroundings::list_links_of_partner(&mut conn, &shop.tenant, &partner, 9).await.expect("listed");
        assert_eq!(own, std::slice::from_ref(&stored.id));
        let found = surroundings::list_misses_of_link(&mut conn, &shop.tenant, &stored.id, period, 9).await.expect("listed");
        assert_eq!((found.len(), found[0].link.as_ref()), (1, Some(&stored.id)));
        let found = surroundings::list_unknown_misses(&mut conn, &shop.tenant, period, 9).await.expect("listed");
        assert_eq!((found.len(), found[0].path.as_str()), (1, "/nowhere"));
        let [other_mode, other_program] = shop.others();
        assert_eq!(surroundings::list_links_of_partner(&mut conn, &other_mode, &partner, 9).await.expect("listed"), []);
        let found = surroundings::list_misses_of_link(&mut conn, &other_program, &stored.id, period, 9).await;
        assert_eq!(found.expect("listed"), []);
        let found = surroundings::list_unknown_misses(&mut conn, &other_program, period, 9).await.expect("listed");
        assert_eq!(found, []);
    }
}
