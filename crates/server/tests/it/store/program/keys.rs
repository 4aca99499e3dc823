//! Pairs of API keys, and tokens.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, filled};
use crate::support::TestStore;
use whence::store::program::keys::{self, KeyPair};
use whence_domain::{KeyPairId, Mode, ProgramId, Tenant};

fn pair(number: u128, tenant: &Tenant) -> KeyPair {
    KeyPair {
        id: KeyPairId::from_bits(number),
        tenant: tenant.clone(),
        public_key: format!("pk_{number}"),
        secret_hash: "hash".into(),
        created_at: at(0),
        revoked_at: None,
    }
}

on_both_engines! {
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

    async fn each_tenant_lists_its_own_pairs_and_the_edge_lists_all_that_open(shop: Shop) {
        let mut conn = shop.conn().await;
        let [testing, other] = shop.others();
        let tenants = [shop.tenant.clone(), testing, other];
        for (number, tenant) in tenants.iter().enumerate() {
            keys::insert(&mut conn, &pair(number as u128, tenant)).await.expect("stored");
        }
        for (number, tenant) in tenants.iter().enumerate() {
            assert_eq!(keys::list(&mut conn, tenant).await.expect("listed"), [pair(number as u128, tenant)]);
        }
        keys::mark_revoked(&mut conn, &tenants[1], &KeyPairId::from_bits(1), at(9)).await.expect("revoked");
        let mut open: Vec<_> = keys::list_all(&mut conn).await.expect("listed").into_iter().map(|pair| pair.public_key).collect();
        open.sort();
        assert_eq!(open, ["pk_0", "pk_2"]);
        assert_eq!(keys::find_by_public_key(&mut conn, "PK_0").await.expect("asked"), None, "case is kept");
    }

    async fn a_token_speaks_for_its_tenant(shop: Shop) {
        let mut conn = shop.conn().await;
        let [testing, _] = shop.others();
        keys::insert_token(&mut conn, "live", &shop.tenant, at(1)).await.expect("stored");
        keys::insert_token(&mut conn, "test", &testing, at(1)).await.expect("stored");
        assert_eq!(keys::find_token(&mut conn, "live").await.expect("asked"), Some(shop.tenant.clone()));
        assert_eq!(keys::find_token(&mut conn, "test").await.expect("asked"), Some(testing));
        assert_eq!(keys::find_token(&mut conn, "other").await.expect("asked"), None);
        assert_eq!(keys::find_token(&mut conn, "").await.expect("asked"), None);
    }
}
