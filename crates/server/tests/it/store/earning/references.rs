//! The names by which a provider speaks of one payment.

use crate::on_both_engines;
use crate::store::facts::{Shop, payment};
use std::collections::BTreeSet;
use whence::store::earning::references;

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

on_both_engines! {
    async fn names_told_in_any_order_mean_one_payment(shop: Shop) {
        let mut conn = shop.conn().await;
        let tenant = &shop.tenant;
        for pair in [["ch_1", "pi_1"], ["in_1", "pi_1"], ["ch_1", "pi_1"], ["in_1", "sub_1"]] {
            references::link(&mut conn, tenant, "stripe", &pair.map(String::from)).await.expect("kept");
        }
        references::link(&mut conn, tenant, "stripe", &[]).await.expect("nothing to keep");
        references::link(&mut conn, tenant, "stripe", &["ch_1".into(), "ch_1".into()]).await.expect("a name is itself");
        for name in ["ch_1", "pi_1", "in_1", "sub_1"] {
            let all = references::closure(&mut conn, tenant, "stripe", &[name.into()]).await.expect("listed");
            assert_eq!(all, names(&["ch_1", "in_1", "pi_1", "sub_1"]), "from {name}");
        }
        let alone = references::closure(&mut conn, tenant, "stripe", &["ch_2".into()]).await.expect("listed");
        assert_eq!(alone, names(&["ch_2"]));
    }

    async fn a_payment_is_found_by_any_of_its_names_and_the_first_word_stands(shop: Shop) {
        let mut conn = shop.conn().await;
        let tenant = &shop.tenant;
        for number in [1, 2] {
            shop.pay(&mut conn, number, 100, 1).await;
        }
        let (first, second) = (payment(1, 0).transaction.id, payment(2, 0).transaction.id);
        references::name_transaction(&mut conn, tenant, "stripe", &names(&["ch_1", "pi_1"]), &first).await.expect("kept");
        references::name_transaction(&mut conn, tenant, "stripe", &names(&["pi_1", "pi_2"]), &second).await.expect("kept");
        for (asked, expected) in [
            (&["pi_1"][..], Some(&first)),
            (&["absent", "ch_1"], Some(&first)),
            (&["pi_2"], Some(&second)),
            (&["absent"], None),
            (&[], None),
        ] {
            let found = references::find_transaction(&mut conn, tenant, "stripe", &names(asked)).await.expect("asked");
            assert_eq!(found.as_ref(), expected, "{asked:?}");
        }
    }

    async fn names_belong_to_their_provider_and_tenant(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.pay(&mut conn, 1, 100, 1).await;
        let id = payment(1, 0).transaction.id;
        let pair = ["ch_1".to_owned(), "pi_1".to_owned()];
        references::link(&mut conn, &shop.tenant, "stripe", &pair).await.expect("kept");
        references::name_transaction(&mut conn, &shop.tenant, "stripe", &names(&["ch_1"]), &id).await.expect("kept");
        let [testing, other] = shop.others();
        for (tenant, source) in [(&testing, "stripe"), (&other, "stripe"), (&shop.tenant, "paddle")] {
            let all = references::closure(&mut conn, tenant, source, &["ch_1".into()]).await.expect("listed");
            assert_eq!(all, names(&["ch_1"]));
            let found = references::find_transaction(&mut conn, tenant, source, &names(&["ch_1"])).await.expect("asked");
            assert_eq!(found, None);
        }
    }

    async fn a_mistake_of_endless_names_is_not_followed(shop: Shop) {
        let mut conn = shop.conn().await;
        let chain: Vec<String> = (0..120).map(|number| format!("pi_{number}")).collect();
        for pair in chain.windows(2) {
            references::link(&mut conn, &shop.tenant, "stripe", pair).await.expect("kept");
        }
        let all = references::closure(&mut conn, &shop.tenant, "stripe", &chain[..1]).await.expect("listed");
        assert_eq!(all.len(), 50);
    }
}
