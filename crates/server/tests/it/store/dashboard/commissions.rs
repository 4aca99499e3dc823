//! The list of commissions.

use crate::on_both_engines;
use crate::store::facts::{Shop, commission, customer};
use whence::store::dashboard::commissions::{self, Filter};
use whence::store::earning::commissions as kept;
use whence_domain::PartnerId;
use whence_domain::earning::CommissionStatus;

on_both_engines! {
    async fn commissions_are_listed_with_partner_and_customer(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1]).await;
        let by_hand = kept::Kept {
            made_by: kept::MadeBy::Hand,
            customer: None,
            partner: PartnerId::from_bits(2),
            status: CommissionStatus::Approved,
            ..commission(2, 50)
        };
        for kept in [&commission(1, 100), &by_hand] {
            kept::insert(&mut conn, &shop.tenant, kept, None).await.expect("stored");
        }
        let listed = commissions::list(&mut conn, &shop.tenant, &Filter::default(), 9).await.expect("listed");
        assert_eq!((listed[0].by_offer, listed[0].customer.clone()), (false, None));
        assert_eq!((listed[1].by_offer, listed[1].customer.clone()), (true, Some((customer(1).id, "Customer 1".into()))));
        assert_eq!(listed[1].partner.name, "Ada Park");
        let any = Filter::default();
        for (filter, expected) in [
            (any.clone(), vec![2, 1]),
            (Filter { status: Some(CommissionStatus::Approved), ..any.clone() }, vec![2]),
            (Filter { partner: Some(PartnerId::from_bits(1)), ..any.clone() }, vec![1]),
            (Filter { customer: Some(customer(1).id), ..any.clone() }, vec![1]),
            (Filter { id: Some(by_hand.id.clone()), ..any.clone() }, vec![2]),
            (Filter { after: Some(by_hand.id.clone()), ..any.clone() }, vec![1]),
        ] {
            let listed = commissions::list(&mut conn, &shop.tenant, &filter, 9).await.expect("listed");
            let ids: Vec<_> = listed.into_iter().map(|listed| listed.id).collect();
            assert_eq!(ids, expected.into_iter().map(|number| commission(number, 0).id).collect::<Vec<_>>(), "{filter:?}");
        }
        for other in shop.others() {
            assert_eq!(commissions::list(&mut conn, &other, &any, 9).await.expect("listed"), []);
        }
    }
}
