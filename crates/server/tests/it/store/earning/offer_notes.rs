//! Why offers did or did not apply.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, euros, payment};
use whence::store::earning::offer_notes;
use whence_domain::earning::{EarningNote, EarningSource, EarningWhy};
use whence_domain::{Money, OfferId, PartnerId};

fn note(amount: Option<Money>) -> EarningNote {
    EarningNote {
        source: EarningSource::transaction(&payment(1, 100).transaction.id),
        offer: Some(OfferId::from_bits(1)),
        offer_version: Some(1),
        partner: Some(PartnerId::from_bits(1)),
        why: if amount.is_some() { EarningWhy::Applied } else { EarningWhy::OtherProduct },
        amount,
    }
}

on_both_engines! {
    async fn the_last_decision_stands_in_place_of_the_one_before(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.pay(&mut conn, 1, 100, 1).await;
        let id = payment(1, 100).transaction.id;
        assert_eq!(offer_notes::list(&mut conn, &shop.tenant, &id).await.expect("listed"), []);
        for notes in [vec![note(None)], vec![note(Some(euros(20))), note(None)], vec![]] {
            offer_notes::upsert(&mut conn, &shop.tenant, &id, &notes, at(1)).await.expect("kept");
            assert_eq!(offer_notes::list(&mut conn, &shop.tenant, &id).await.expect("listed"), notes);
        }
    }

    async fn nobody_else_reads_or_changes_notes(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.pay(&mut conn, 1, 100, 1).await;
        let id = payment(1, 100).transaction.id;
        offer_notes::upsert(&mut conn, &shop.tenant, &id, &[note(None)], at(1)).await.expect("kept");
        for other in shop.others() {
            assert_eq!(offer_notes::list(&mut conn, &other, &id).await.expect("listed"), []);
            offer_notes::upsert(&mut conn, &other, &id, &[], at(2)).await.expect("asked");
        }
        assert_eq!(offer_notes::list(&mut conn, &shop.tenant, &id).await.expect("listed"), [note(None)]);
    }
}
