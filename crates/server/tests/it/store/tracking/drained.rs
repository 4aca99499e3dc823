//! What the drain writes.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, claim, click, click_key, customer, program};
use std::collections::HashSet;
use whence::store::tracking::claims;
use whence::store::tracking::drained::{self, MissRow, Place, QuarantinedRow, VisitRow};
use whence::store::tracking::touches::{self, NewTouch};
use whence_domain::Tenant;
use whence_domain::tracking::{CameBy, ClickKey, Outcome};
use whence_domain::{LinkId, PartnerId};

/// Made from a number.
pub fn place(number: u32) -> Place {
    Place { incarnation: 7, segment: 1, offset: number.into() }
}

/// Made from a number.
pub fn visit(tenant: &Tenant, number: u32, click: Option<ClickKey>) -> VisitRow {
    VisitRow {
        place: place(number),
        tenant: tenant.clone(),
        occurred_at: at(1).micros(),
        recorded_at: at(2).micros(),
        page_host: Some("shop.test".into()),
        page_path: Some("/ü".into()),
        params: "[]".into(),
        referrer_host: None,
        origin_host: None,
        xid: None,
        xid_verdict: if click.is_some() { "genuine" } else { "absent" },
        click: click.map(|key| (key, Outcome::Bot)),
        partner_key: None,
        cookie: "written_and_read",
        cookie_domain: None,
        local_storage: "unsaid",
        consent: None,
        gpc_at: None,
        snippet: None,
        problems: "[]".into(),
        browser: "chrome",
        engine: "blink",
        device: "desktop",
        day: None,
        page_template: None,
        user_agent: None,
        ip_prefix: None,
    }
}

/// Made from a number.
pub fn miss(number: u32) -> MissRow {
    MissRow {
        place: place(number),
        program: None,
        mode: None,
        host: "go.shop.test".into(),
        path: "/nowhere".into(),
        link: None,
        outcome: "unknown",
        reason: "no_such_link".into(),
        occurred_at: at(1).micros(),
        recorded_at: at(2).micros(),
        referrer_host: None,
    }
}

fn quarantined(number: u32) -> QuarantinedRow {
    QuarantinedRow {
        place: place(number),
        reason: "too large".into(),
        record: "AAAA".into(),
        recorded_at: at(2).micros(),
    }
}

fn touch(number: u16) -> NewTouch {
    NewTouch {
        id: click_key(number).into(),
        xid: format!("{number:032}"),
        link: LinkId::from_bits(1),
        partner: PartnerId::from_bits(1),
        outcome: Outcome::Bot,
        came_by: CameBy::Cookie,
    }
}

on_both_engines! {
    async fn a_batch_of_any_size_is_inserted_once(shop: Shop) {
        let mut conn = shop.conn().await;
        // Around the number of rows that one statement takes.
        for (first, last) in [(1, 1), (1, 31), (1, 32), (20, 65), (1, 129)] {
            let rows: Vec<_> = (first..=last).map(|number| click(&shop.tenant, number, Outcome::Counted)).collect();
            let fresh = drained::insert_clicks(&mut conn, &rows).await.expect("drained");
            let again = drained::insert_clicks(&mut conn, &rows).await.expect("drained");
            assert!(fresh.iter().all(|key| rows.iter().any(|row| row.key == *key)));
            assert_eq!(again, HashSet::new(), "{first} to {last}, told again");
        }
        let all: Vec<_> = (1..=130).map(|number| click(&shop.tenant, number, Outcome::Counted)).collect();
        let fresh = drained::insert_clicks(&mut conn, &all).await.expect("drained");
        assert_eq!(fresh, HashSet::from([click_key(130)]));
    }

    async fn the_ends_of_what_a_click_key_can_be_are_kept(shop: Shop) {
        let mut conn = shop.conn().await;
        for key in [
            ClickKey { incarnation: 0, millis: 0, counter: 0 },
            ClickKey { incarnation: u32::MAX, millis: i64::MAX / 1_000, counter: u16::MAX },
        ] {
            let row = drained::ClickRow { key, ..click(&shop.tenant, 1, Outcome::Counted) };
            assert_eq!(drained::insert_clicks(&mut conn, &[row]).await.expect("drained"), HashSet::from([key]));
        }
    }

    async fn visits_misses_and_quarantined_records_are_inserted_once(shop: Shop) {
        let mut conn = shop.conn().await;
        let visits: Vec<_> = (0..40).map(|number| visit(&shop.tenant, number, None)).collect();
        assert_eq!(drained::insert_visits(&mut conn, &visits).await.expect("drained").len(), 40);
        assert_eq!(drained::insert_visits(&mut conn, &visits).await.expect("drained").len(), 0);
        let misses: Vec<_> = (0..40).map(miss).collect();
        let records: Vec<_> = (0..40).map(quarantined).collect();
        for _ in 0..2 {
            drained::insert_misses(&mut conn, &misses).await.expect("drained");
            drained::insert_quarantined(&mut conn, &records).await.expect("drained");
        }
    }

    async fn a_landing_or_a_confirmed_sign_up_follows_a_click(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1]).await;
        let confirmed = claims::Claimed { confirmed_at: Some(at(5)), ..claim(2) };
        claims::insert(&mut conn, &shop.tenant, &customer(1).id, &confirmed).await.expect("stored");
        for (number, by) in [(1, &claim(1).id), (2, &confirmed.id)] {
            touches::insert(&mut conn, &shop.tenant, by, &touch(number), at(9)).await.expect("kept");
        }
        drained::insert_visits(&mut conn, &[visit(&shop.tenant, 1, Some(click_key(3)))]).await.expect("drained");
        for (number, expected) in [(1, false), (2, true), (3, true), (4, false)] {
            let key = click_key(number);
            assert_eq!(drained::was_followed(&mut conn, &shop.tenant, key).await.expect("asked"), expected, "click {number}");
            for other in shop.others() {
                assert!(!drained::was_followed(&mut conn, &other, key).await.expect("asked"));
            }
        }
    }

    async fn every_program_has_its_zone(shop: Shop) {
        let mut conn = shop.conn().await;
        let zones = drained::program_zones(&mut conn).await.expect("listed");
        assert_eq!(zones, [1, 2].map(|number| (program(number).id.to_string(), "UTC".to_owned())));
    }
}
