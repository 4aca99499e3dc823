//! Customers.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, customer, email, key};
use whence::store::tracking::customers::{self, Entry, Filter, Known};
use whence::store::{Conn, Cursor, Order, Page};
use whence_domain::tracking::{AttributionReason, AttributionSource, Customer, CustomerIdentity};
use whence_domain::{CustomerId, Instant, PartnerId, Tenant};

async fn find(conn: &mut Conn, tenant: &Tenant, id: &CustomerId) -> Option<Entry> {
    customers::find(conn, tenant, id).await.expect("asked")
}

async fn listed(conn: &mut Conn, tenant: &Tenant, filter: &Filter) -> Vec<u32> {
    let found = customers::list(conn, tenant, filter, &Page::first(9)).await.expect("a page").items;
    let number = |entry: &Entry| (1..=9).find(|&number| customer(number).id == entry.customer.id).expect("one of ours");
    found.iter().map(number).collect()
}

on_both_engines! {
    async fn a_new_customer_is_nobodys(shop: Shop) {
        let mut conn = shop.conn().await;
        let bare = Customer {
            identity: CustomerIdentity { customer_key: Some(key(&"ü".repeat(255))), ..CustomerIdentity::default() },
            name: None,
            confirmed_at: Some(Instant::from_micros(i64::MIN)),
            signed_up_at: Instant::from_micros(i64::MAX),
            ..customer(2)
        };
        for stored in [customer(1), bare] {
            customers::insert(&mut conn, &shop.tenant, &stored).await.expect("stored");
            let expected = Entry {
                customer: stored.clone(),
                merged_into: None,
                partner: None,
                source: AttributionSource::None,
                reason: AttributionReason::NoClaim,
                metadata: "{}".into(),
            };
            assert_eq!(find(&mut conn, &shop.tenant, &stored.id).await, Some(expected));
        }
        assert_eq!(find(&mut conn, &shop.tenant, &CustomerId::from_bits(9)).await, None);
        customers::insert(&mut conn, &shop.tenant, &customer(1)).await.expect_err("an id is given once");
    }

    async fn nobody_else_finds_or_changes_a_customer(shop: Shop) {
        let mut conn = shop.conn().await;
        customers::insert(&mut conn, &shop.tenant, &customer(1)).await.expect("stored");
        let id = customer(1).id;
        let before = find(&mut conn, &shop.tenant, &id).await;
        let partner = PartnerId::from_bits(1);
        for other in shop.others() {
            assert_eq!(find(&mut conn, &other, &id).await, None);
            assert_eq!(listed(&mut conn, &other, &Filter::default()).await, [0u32; 0]);
            let known = Known { name: Some("Eve".into()), ..Known::default() };
            customers::update(&mut conn, &other, &id, &known, at(9)).await.expect("asked");
            customers::set_metadata(&mut conn, &other, &id, "[]", at(9)).await.expect("asked");
            let (source, reason) = (AttributionSource::Click, AttributionReason::LastClick);
            customers::mark_attributed(&mut conn, &other, &id, Some(&partner), source, reason, at(9)).await.expect("asked");
            customers::mark_merged(&mut conn, &other, &id, &customer(2).id, at(9)).await.expect("asked");
            customers::mark_archived(&mut conn, &other, &id, at(9)).await.expect("asked");
        }
        assert_eq!(find(&mut conn, &shop.tenant, &id).await, before);
    }

    async fn facts_add_to_a_customer_and_take_nothing_away(shop: Shop) {
        let mut conn = shop.conn().await;
        customers::insert(&mut conn, &shop.tenant, &customer(5)).await.expect("stored");
        let id = customer(5).id;
        customers::update(&mut conn, &shop.tenant, &id, &Known::default(), at(6)).await.expect("asked");
        let same = Customer { updated_at: at(6), ..customer(5) };
        assert_eq!(find(&mut conn, &shop.tenant, &id).await.expect("there").customer, same);
        let known = Known {
            identity: CustomerIdentity {
                customer_key: None,
                provider_key: Some(key("cus_1")),
                email: Some(email("new@example.test")),
            },
            name: Some("Ada".into()),
            confirmed_at: Some(at(7)),
            signed_up_at: Some(at(3)),
        };
        customers::update(&mut conn, &shop.tenant, &id, &known, at(7)).await.expect("updated");
        let later = Known { confirmed_at: Some(at(8)), signed_up_at: Some(at(4)), ..Known::default() };
        customers::update(&mut conn, &shop.tenant, &id, &later, at(8)).await.expect("updated");
        let found = find(&mut conn, &shop.tenant, &id).await.expect("there").customer;
        let identity = CustomerIdentity { customer_key: customer(5).identity.customer_key, ..known.identity };
        assert_eq!((found.identity, found.name.as_deref()), (identity, Some("Ada")));
        assert_eq!((found.confirmed_at, found.signed_up_at), (Some(at(7)), at(3)), "the earliest sign-up stands");
    }

    async fn marks_are_kept(shop: Shop) {
        let mut conn = shop.conn().await;
        let id = customer(1).id;
        customers::insert(&mut conn, &shop.tenant, &customer(1)).await.expect("stored");
        let ada = PartnerId::from_bits(1);
        for (partner, source, reason) in [
            (Some(&ada), AttributionSource::Click, AttributionReason::LastClick),
            (None, AttributionSource::None, AttributionReason::DecidedOrganic),
        ] {
            customers::mark_attributed(&mut conn, &shop.tenant, &id, partner, source, reason, at(2)).await.expect("marked");
            let found = find(&mut conn, &shop.tenant, &id).await.expect("there");
            assert_eq!((found.partner.as_ref(), found.source, found.reason), (partner, source, reason));
        }
        let noted = r#"{"plan":"gröss"}"#;
        customers::set_metadata(&mut conn, &shop.tenant, &id, noted, at(3)).await.expect("kept");
        customers::mark_merged(&mut conn, &shop.tenant, &id, &customer(2).id, at(4)).await.expect("marked");
        for now in [at(5), at(6)] {
            customers::mark_archived(&mut conn, &shop.tenant, &id, now).await.expect("marked");
        }
        let found = find(&mut conn, &shop.tenant, &id).await.expect("there");
        assert_eq!((found.metadata.as_str(), found.merged_into), (noted, Some(customer(2).id)));
        assert_eq!(found.customer.archived_at, Some(at(5)), "the first time stands");
    }

    async fn customers_are_listed_by_partner_and_group_without_those_put_away_or_merged(shop: Shop) {
        let mut conn = shop.conn().await;
        for number in 1..=5 {
            customers::insert(&mut conn, &shop.tenant, &customer(number)).await.expect("stored");
        }
        customers::mark_archived(&mut conn, &shop.tenant, &customer(1).id, at(9)).await.expect("marked");
        customers::mark_merged(&mut conn, &shop.tenant, &customer(2).id, &customer(3).id, at(9)).await.expect("marked");
        let bo = PartnerId::from_bits(2);
        let (source, reason) = (AttributionSource::Click, AttributionReason::LastClick);
        customers::mark_attributed(&mut conn, &shop.tenant, &customer(4).id, Some(&bo), source, reason, at(9)).await.expect("marked");
        let any = Filter::default();
        for (filter, expected) in [
            (any.clone(), vec![5, 4, 3]),
            (Filter { partner: Some(bo), ..any.clone() }, vec![4]),
            (Filter { partner: Some(PartnerId::from_bits(1)), ..any.clone() }, vec![]),
            (Filter { group_slug: Some("default".into()), ..any.clone() }, vec![4]),
            (Filter { group_slug: Some("gold".into()), ..any.clone() }, vec![]),
        ] {
            assert_eq!(listed(&mut conn, &shop.tenant, &filter).await, expected, "{filter:?}");
        }
        let page = Page { order: Order::OldestFirst, cursor: Some(Cursor::After(customer(3).id.to_string())), ..Page::first(1) };
        let found = customers::list(&mut conn, &shop.tenant, &any, &page).await.expect("a page");
        assert_eq!((found.items[0].customer.id.clone(), found.has_more), (customer(4).id, true));
    }

    async fn customers_that_payments_cannot_find_are_counted_up_to_a_number(shop: Shop) {
        let mut conn = shop.conn().await;
        for number in 1..=4 {
            let identity = CustomerIdentity { provider_key: None, ..customer(number).identity };
            customers::insert(&mut conn, &shop.tenant, &Customer { identity, ..customer(number) }).await.expect("stored");
        }
        for (number, source) in [(1, AttributionSource::Api), (2, AttributionSource::Manual), (3, AttributionSource::Click)] {
            let reason = AttributionReason::PartnerNamedByServer;
            customers::mark_attributed(&mut conn, &shop.tenant, &customer(number).id, None, source, reason, at(9)).await.expect("noted");
        }
        assert_eq!(customers::count_without_provider_key(&mut conn, &shop.tenant, 9).await.expect("a count"), 2);
        assert_eq!(customers::count_without_provider_key(&mut conn, &shop.tenant, 1).await.expect("a count"), 1);
        for other in shop.others() {
            assert_eq!(customers::count_without_provider_key(&mut conn, &other, 9).await.expect("a count"), 0);
        }
    }

    async fn names_from_before_are_folded_once(shop: Shop) {
        let mut conn = shop.conn().await;
        for (number, name) in [(1, "Ada Park"), (2, "--")] {
            let stored = Customer { name: Some(name.into()), ..customer(number) };
            customers::insert(&mut conn, &shop.tenant, &stored).await.expect("stored");
        }
        let text = "update customers set name_forward = null";
        match &mut conn {
            Conn::Sqlite(conn) => drop(sqlx::query(text).execute(&mut **conn).await.expect("forgotten")),
            Conn::Postgres(conn) => drop(sqlx::query(text).execute(&mut **conn).await.expect("forgotten")),
        }
        for left in [1, 1, 0] {
            assert_eq!(customers::fold_names(&mut conn, 1).await.expect("folded"), left);
        }
        let probe = whence_domain::investigation::name_match::probes("park ada").remove(0);
        let found = whence::store::investigation::candidates::list_by_name(&mut conn, &shop.tenant, &probe, 9).await;
        assert_eq!(found.expect("listed").len(), 1);
    }
}
