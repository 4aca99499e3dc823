//! Claims.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, claim, customer, email, key};
use whence::store::Conn;
use whence::store::tracking::claims::{self, Claimed};
use whence::store::tracking::customers;
use whence_domain::tracking::{ClaimSource, CustomerIdentity};
use whence_domain::{EventId, PartnerId, Tenant};

async fn listed(conn: &mut Conn, tenant: &Tenant, number: u32) -> Vec<Claimed> {
    claims::list(conn, tenant, &customer(number).id).await.expect("listed")
}

on_both_engines! {
    async fn a_claim_is_read_back_with_everything_it_said(shop: Shop) {
        let mut conn = shop.conn().await;
        customers::insert(&mut conn, &shop.tenant, &customer(1)).await.expect("stored");
        let full = Claimed {
            source: ClaimSource::Api,
            identity: CustomerIdentity {
                customer_key: Some(key("Ü-1")),
                provider_key: Some(key("cus_1")),
                email: Some(email("ada@example.test")),
            },
            name: Some("ü".repeat(100)),
            partner: Some(PartnerId::from_bits(1)),
            problems: r#"["cookie_blocked"]"#.into(),
            event: Some(EventId::from_bits(9)),
            confirmed_at: Some(at(7)),
            ..claim(2)
        };
        let bare = Claimed {
            identity: CustomerIdentity::default(),
            name: None,
            partner_key: None,
            xid: None,
            xid_verdict: "absent".into(),
            xid_source: None,
            page_host: None,
            page_path: None,
            snippet: None,
            ..claim(1)
        };
        for stored in [&full, &bare] {
            claims::insert(&mut conn, &shop.tenant, &customer(1).id, stored).await.expect("stored");
        }
        assert_eq!(listed(&mut conn, &shop.tenant, 1).await, [bare, full], "in the order of the sign-ups");
    }

    async fn claims_move_with_their_customer_and_keep_to_their_tenant(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2, 3]).await;
        for other in shop.others() {
            assert_eq!(listed(&mut conn, &other, 1).await, []);
            claims::move_all(&mut conn, &other, &customer(1).id, &customer(3).id).await.expect("asked");
        }
        claims::move_all(&mut conn, &shop.tenant, &customer(1).id, &customer(2).id).await.expect("moved");
        assert_eq!(listed(&mut conn, &shop.tenant, 1).await, []);
        assert_eq!(listed(&mut conn, &shop.tenant, 2).await, [claim(1), claim(2)]);
        assert_eq!(listed(&mut conn, &shop.tenant, 3).await, [claim(3)]);
    }
}
