//! The list of Referrals.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, customer, euros};
use whence::store::dashboard::customers::{self, Filter};
use whence::store::tracking::customers as stored;
use whence_domain::PartnerId;
use whence_domain::tracking::{AttributionReason, AttributionSource, Customer};

on_both_engines! {
    async fn customers_are_searched_and_filtered(shop: Shop) {
        let mut conn = shop.conn().await;
        for new in [
            Customer { name: Some("Ärne 100%".into()), confirmed_at: Some(at(1)), ..customer(1) },
            Customer { name: Some("ada_park".into()), ..customer(2) },
            Customer { name: None, ..customer(3) },
        ] {
            stored::insert(&mut conn, &shop.tenant, &new).await.expect("stored");
        }
        shop.pay(&mut conn, 1, 100, 2).await;
        let (source, reason) = (AttributionSource::Click, AttributionReason::LastClick);
        let ada = PartnerId::from_bits(1);
        stored::mark_attributed(&mut conn, &shop.tenant, &customer(3).id, Some(&ada), source, reason, at(9)).await.expect("marked");
        let any = Filter::default();
        let search = |text: &str| Filter { search: Some(text.into()), ..Filter::default() };
        for (filter, expected) in [
            (any.clone(), vec![3, 2, 1]),
            (search("Ä"), vec![1]),
            (search("ä"), vec![]),
            (search("100%"), vec![1]),
            (search("%"), vec![1]),
            (search("_"), vec![2]),
            (search("ADA_"), vec![2]),
            (search("u3@EXAMPLE"), vec![3]),
            (search("U-2"), vec![2]),
            (search("!"), vec![]),
            (Filter { partner: Some(ada), ..any.clone() }, vec![3]),
            (Filter { state: Some("confirmed"), ..any.clone() }, vec![1]),
            (Filter { state: Some("unconfirmed"), ..any.clone() }, vec![3, 2]),
            (Filter { state: Some("paid"), ..any.clone() }, vec![2]),
            (Filter { after: Some(customer(3).id), ..any.clone() }, vec![2, 1]),
        ] {
            let listed = customers::list(&mut conn, &shop.tenant, &filter, 9).await.expect("listed");
            let ids: Vec<_> = listed.into_iter().map(|listed| listed.id).collect();
            assert_eq!(ids, expected.into_iter().map(|number| customer(number).id).collect::<Vec<_>>(), "{filter:?}");
        }
        let nameless = customers::list(&mut conn, &shop.tenant, &any, 1).await.expect("listed");
        assert_eq!((nameless[0].name.as_str(), nameless[0].source), ("u3@example.test", AttributionSource::Click));
        for other in shop.others() {
            assert_eq!(customers::list(&mut conn, &other, &any, 9).await.expect("listed"), []);
        }
    }

    async fn what_a_customer_paid_is_summed_by_currency(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1]).await;
        for (number, minor) in [(1, 100), (2, 250), (3, -40)] {
            shop.pay(&mut conn, number, minor, 1).await;
        }
        let paid = customers::paid(&mut conn, &shop.tenant, &customer(1).id).await.expect("summed");
        assert_eq!(paid, [euros(350)], "what was charged, before what was given back");
        for other in shop.others() {
            assert_eq!(customers::paid(&mut conn, &other, &customer(1).id).await.expect("summed"), []);
        }
    }
}
