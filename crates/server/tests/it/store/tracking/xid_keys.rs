//! The keys that click ids are proved with.

use crate::on_both_engines;
use crate::store::facts::at;
use crate::support::TestStore;
use whence::store::tracking::xid_keys;

on_both_engines! {
    async fn a_version_keeps_its_first_key(test: TestStore) {
        let mut conn = test.conn().await;
        assert!(xid_keys::list(&mut conn).await.expect("listed").is_empty());
        let secret: Vec<u8> = (0..=255).collect();
        xid_keys::insert(&mut conn, 2, &[0; 32], at(1)).await.expect("stored");
        xid_keys::insert(&mut conn, 1, &secret, at(2)).await.expect("stored");
        xid_keys::insert(&mut conn, 1, b"another", at(3)).await.expect("asked");
        assert_eq!(xid_keys::list(&mut conn).await.expect("listed"), [(1, secret), (2, vec![0; 32])]);
    }
}
