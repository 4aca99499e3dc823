//! By what names customers are known.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, customer};
use whence::store::Conn;
use whence::store::tracking::identities::{self, Name, TiedName};
use whence_domain::tracking::MatchedBy;
use whence_domain::{CustomerId, Tenant};

fn email(value: &str) -> Name {
    Name { kind: MatchedBy::Email, value: value.into() }
}

async fn owner(conn: &mut Conn, tenant: &Tenant, name: &Name) -> Option<CustomerId> {
    identities::find_owner(conn, tenant, name).await.expect("asked")
}

async fn listed(conn: &mut Conn, tenant: &Tenant, number: u32) -> Vec<TiedName> {
    identities::list(conn, tenant, &customer(number).id).await.expect("listed")
}

on_both_engines! {
    async fn the_first_tie_stands_unless_only_browsers_made_it(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2, 3]).await;
        let ada = email("ada@example.test");
        assert_eq!(owner(&mut conn, &shop.tenant, &ada).await, None);
        for (by, confirmed_at, whose, since) in [
            (1, None, 1, None),
            (2, None, 1, None),
            (2, Some(at(5)), 2, Some(at(5))),
            (3, Some(at(4)), 2, Some(at(5))),
            (3, None, 2, Some(at(5))),
        ] {
            identities::tie(&mut conn, &shop.tenant, &ada, &customer(by).id, confirmed_at, at(9)).await.expect("tied");
            assert_eq!(owner(&mut conn, &shop.tenant, &ada).await, Some(customer(whose).id), "after a tie by {by}");
            assert_eq!(listed(&mut conn, &shop.tenant, whose).await, [TiedName { name: ada.clone(), confirmed_at: since }]);
        }
    }

    async fn kinds_and_cases_are_apart(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2]).await;
        let named = |kind, value: &str| Name { kind, value: value.into() };
        let ours = named(MatchedBy::CustomerKey, "U-1");
        identities::tie(&mut conn, &shop.tenant, &ours, &customer(1).id, Some(at(1)), at(1)).await.expect("tied");
        for other in [named(MatchedBy::CustomerKey, "u-1"), named(MatchedBy::ProviderKey, "U-1"), named(MatchedBy::Email, "U-1")] {
            assert_eq!(owner(&mut conn, &shop.tenant, &other).await, None, "{other:?}");
        }
        assert_eq!(owner(&mut conn, &shop.tenant, &ours).await, Some(customer(1).id));
    }

    async fn names_keep_to_their_tenant(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1]).await;
        let ada = email("ada@example.test");
        identities::tie(&mut conn, &shop.tenant, &ada, &customer(1).id, Some(at(1)), at(1)).await.expect("tied");
        for other in shop.others() {
            assert_eq!(owner(&mut conn, &other, &ada).await, None);
            assert_eq!(listed(&mut conn, &other, 1).await, []);
            identities::move_all(&mut conn, &other, &customer(1).id, &customer(2).id).await.expect("asked");
        }
        assert_eq!(owner(&mut conn, &shop.tenant, &ada).await, Some(customer(1).id));
    }

    async fn all_names_of_one_customer_move_to_another(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2, 3]).await;
        let names = |identity: &str| [email(&format!("{identity}@example.test")), Name { kind: MatchedBy::CustomerKey, value: identity.into() }];
        for (number, identity) in [(1, "one"), (2, "two"), (3, "three")] {
            for name in names(identity) {
                identities::tie(&mut conn, &shop.tenant, &name, &customer(number).id, Some(at(1)), at(1)).await.expect("tied");
            }
        }
        identities::move_all(&mut conn, &shop.tenant, &customer(1).id, &customer(2).id).await.expect("moved");
        for (number, expected) in [(1, 0), (2, 4), (3, 2)] {
            assert_eq!(listed(&mut conn, &shop.tenant, number).await.len(), expected, "of customer {number}");
        }
        let values: Vec<_> = listed(&mut conn, &shop.tenant, 2).await.into_iter().map(|tied| tied.name.value).collect();
        assert_eq!(values, ["one", "two", "one@example.test", "two@example.test"], "by kind, then by value");
    }

    async fn a_bump_takes_every_name_once_in_any_order(shop: Shop) {
        let mut conn = shop.conn().await;
        for names in [&["b", "a", "b"][..], &["a"], &[]] {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            identities::bump(&mut conn, &shop.tenant, &names).await.expect("taken");
        }
    }
}
