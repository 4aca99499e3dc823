//! Addresses that payment providers deliver to.

use crate::on_both_engines;
use crate::store::facts::{Shop, at};
use whence::store::program::endpoints::{self, Endpoint};
use whence_domain::{EndpointId, Tenant};

fn endpoint(number: u128, tenant: &Tenant) -> Endpoint {
    Endpoint {
        key: EndpointId::from_bits(number),
        tenant: tenant.clone(),
        provider: "stripe".into(),
        secret: None,
        created_at: at(1),
    }
}

on_both_engines! {
    async fn an_address_is_found_for_its_provider_alone(shop: Shop) {
        let mut conn = shop.conn().await;
        let stored = endpoint(1, &shop.tenant);
        endpoints::insert(&mut conn, &stored).await.expect("stored");
        assert_eq!(endpoints::find(&mut conn, "stripe", &stored.key).await.expect("asked"), Some(stored.clone()));
        assert_eq!(endpoints::find(&mut conn, "paddle", &stored.key).await.expect("asked"), None);
        let absent = EndpointId::from_bits(2);
        assert_eq!(endpoints::find(&mut conn, "stripe", &absent).await.expect("asked"), None);
    }

    async fn nobody_else_lists_an_address_or_changes_its_secret(shop: Shop) {
        let mut conn = shop.conn().await;
        let stored = endpoint(1, &shop.tenant);
        endpoints::insert(&mut conn, &stored).await.expect("stored");
        for other in shop.others() {
            assert_eq!(endpoints::list(&mut conn, &other).await.expect("listed"), []);
            assert!(!endpoints::mark_secret(&mut conn, &other, &stored.key, "theirs").await.expect("asked"));
        }
        assert_eq!(endpoints::list(&mut conn, &shop.tenant).await.expect("listed"), std::slice::from_ref(&stored));
        assert!(endpoints::mark_secret(&mut conn, &shop.tenant, &stored.key, "whsec_new").await.expect("changed"));
        let found = endpoints::find(&mut conn, "stripe", &stored.key).await.expect("asked").expect("there");
        assert_eq!(found.secret.as_deref(), Some("whsec_new"));
    }
}
