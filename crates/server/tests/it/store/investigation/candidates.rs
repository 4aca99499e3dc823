//! Customers who may be meant.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, claim, customer, email, key};
use whence::store::Conn;
use whence::store::investigation::candidates::{self, Found};
use whence::store::tracking::claims::{self, Claimed};
use whence::store::tracking::customers::{self, Known};
use whence::store::tracking::identities::{self, Name};
use whence_domain::investigation::name_match;
use whence_domain::tracking::{Customer, CustomerIdentity, MatchedBy};
use whence_domain::{Period, Tenant};

fn ids(found: &[Found]) -> Vec<String> {
    found.iter().map(|found| found.id.to_string()).collect()
}

async fn named(conn: &mut Conn, tenant: &Tenant, number: u32, name: &str) -> Customer {
    let stored = Customer { name: Some(name.into()), ..customer(number) };
    customers::insert(conn, tenant, &stored).await.expect("stored");
    stored
}

on_both_engines! {
    async fn a_customer_is_found_by_whatever_is_known_of_it(shop: Shop) {
        let mut conn = shop.conn().await;
        let tenant = &shop.tenant;
        let ada = named(&mut conn, tenant, 1, "Ada Park").await;
        named(&mut conn, tenant, 2, "Bob Stone").await;
        let told = Claimed {
            identity: CustomerIdentity { email: Some(email("ada@elsewhere.test")), customer_key: Some(key("K 7")), provider_key: None },
            name: Some("Lady Lovelace".into()),
            ..claim(1)
        };
        claims::insert(&mut conn, tenant, &ada.id, &told).await.expect("stored");
        let name = Name { kind: MatchedBy::Email, value: "u1@example.test".into() };
        identities::tie(&mut conn, tenant, &name, &ada.id, None, at(1)).await.expect("tied");

        let expected = [ada.id.to_string()];
        let probe = |name: &str| name_match::probes(name).remove(0);
        for (asked, tenants) in [(tenant.clone(), &expected[..]), (shop.others()[0].clone(), &[]), (shop.others()[1].clone(), &[])] {
            let t = &asked;
            let found = candidates::find(&mut conn, t, &ada.id).await.expect("asked");
            assert_eq!(ids(&found.into_iter().collect::<Vec<_>>()), tenants);
            let found = candidates::find_by_identity(&mut conn, t, MatchedBy::Email, "u1@example.test").await.expect("asked");
            assert_eq!(ids(&found.into_iter().collect::<Vec<_>>()), tenants);
            assert_eq!(ids(&candidates::list_by_email(&mut conn, t, "u1@example.test", 9).await.expect("listed")), tenants);
            assert_eq!(ids(&candidates::list_by_claim_email(&mut conn, t, "ada@elsewhere.test", 9).await.expect("listed")), tenants);
            assert_eq!(ids(&candidates::list_by_claim_key(&mut conn, t, "K 7", 9).await.expect("listed")), tenants);
            assert_eq!(ids(&candidates::list_by_folded_key(&mut conn, t, "u-1", 9).await.expect("listed")), tenants);
            for typed in ["park ada", "Ada Prak", "Afa Park"] {
                let mut found = Vec::new();
                for probe in name_match::probes(typed) {
                    found.extend(candidates::list_by_name(&mut conn, t, &probe, 9).await.expect("listed"));
                }
                found.dedup();
                let found: Vec<Found> = found.into_iter().filter(|found| found.id == ada.id).take(1).collect();
                assert_eq!(ids(&found), tenants, "{typed}");
            }
            let by_claim = candidates::list_by_claim_name(&mut conn, t, &probe("Lady Lovelace"), 9).await.expect("listed");
            assert_eq!(ids(&by_claim), tenants);
            let period = Period { start: at(1), end: at(1) };
            assert_eq!(ids(&candidates::list_signed_up(&mut conn, t, period, 9).await.expect("listed")), tenants);
        }
        let many = Period { start: at(0), end: at(9) };
        assert_eq!(candidates::list_signed_up(&mut conn, tenant, many, 1).await.expect("listed").len(), 1);
    }

    async fn a_name_that_changes_is_found_by_its_latest_form(shop: Shop) {
        let mut conn = shop.conn().await;
        let ada = named(&mut conn, &shop.tenant, 1, "Ada Park").await;
        let known = Known { name: Some("Ada Byron".into()), ..Known::default() };
        customers::update(&mut conn, &shop.tenant, &ada.id, &known, at(5)).await.expect("updated");
        let same = Known::default();
        customers::update(&mut conn, &shop.tenant, &ada.id, &same, at(6)).await.expect("updated");
        for (name, expected) in [("Ada Park", 0), ("Ada Byron", 1)] {
            let probe = name_match::probes(name).remove(0);
            let found = candidates::list_by_name(&mut conn, &shop.tenant, &probe, 9).await.expect("listed");
            assert_eq!(found.len(), expected, "{name}");
        }
    }
}
