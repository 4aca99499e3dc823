//! Whom customers belong to, as decided.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, customer, payment};
use std::collections::BTreeMap;
use whence::store::tracking::attributions::{self, Decided, NewDecision};
use whence_domain::tracking::{Attribution, AttributionReason, AttributionSource, Binding, DecisionScope};
use whence_domain::{PartnerId, UserId};

fn decided(seq: i64, partner: Option<u128>, settled: bool) -> Decided {
    let binding = Binding {
        from: None,
        partner: partner.map(PartnerId::from_bits),
        touch: None,
        xid: Some("x".repeat(32)),
        claim: None,
        decision: None,
        source: AttributionSource::Click,
        reason: AttributionReason::LastClick,
        hold: None,
        policy_version: 1,
    };
    let attribution = Attribution {
        bindings: vec![binding],
        payments: BTreeMap::new(),
        confirmed: true,
        settled,
        touches: Vec::new(),
        late_claims: Vec::new(),
    };
    Decided { seq, attribution, decided_at: at(seq) }
}

on_both_engines! {
    async fn the_latest_decision_stands(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2]).await;
        let id = customer(1).id;
        assert_eq!(attributions::find_latest(&mut conn, &shop.tenant, &id).await.expect("asked"), None);
        for (seq, partner, settled) in [(1, Some(1), false), (3, None, true), (2, Some(2), false)] {
            attributions::insert(&mut conn, &shop.tenant, &id, &decided(seq, partner, settled)).await.expect("kept");
        }
        let latest = attributions::find_latest(&mut conn, &shop.tenant, &id).await.expect("asked");
        assert_eq!(latest, Some(decided(3, None, true)), "the highest number, whenever it was kept");
        assert_eq!(attributions::find_latest(&mut conn, &shop.tenant, &customer(2).id).await.expect("asked"), None);
        for other in shop.others() {
            assert_eq!(attributions::find_latest(&mut conn, &other, &id).await.expect("asked"), None);
        }
        attributions::insert(&mut conn, &shop.tenant, &id, &decided(3, Some(1), false)).await.expect_err("a number is given once");
    }

    async fn peoples_decisions_are_numbered_as_they_come(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2]).await;
        let scopes = [DecisionScope::Start, DecisionScope::From(at(5)), DecisionScope::Payment(payment(1, 0).transaction.id)];
        for scope in &scopes {
            let decision = NewDecision {
                partner: (*scope != DecisionScope::Start).then(|| PartnerId::from_bits(1)),
                scope: scope.clone(),
                user: Some(UserId::from_bits(1)),
                note: Some("they called".into()),
                decided_at: at(9),
            };
            attributions::insert_decision(&mut conn, &shop.tenant, &customer(1).id, &decision).await.expect("kept");
            if *scope == DecisionScope::Start {
                attributions::insert_decision(&mut conn, &shop.tenant, &customer(2).id, &decision).await.expect("kept");
            }
        }
        let listed = attributions::list_decisions(&mut conn, &shop.tenant, &customer(1).id).await.expect("listed");
        assert_eq!(listed.iter().map(|decision| decision.seq).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(listed.iter().map(|decision| decision.scope.clone()).collect::<Vec<_>>(), scopes);
        assert_eq!((listed[0].partner.clone(), listed[2].partner.clone()), (None, Some(PartnerId::from_bits(1))));
        let second = attributions::list_decisions(&mut conn, &shop.tenant, &customer(2).id).await.expect("listed");
        assert_eq!(second[0].seq, 1, "each customer has its own numbers");
        for other in shop.others() {
            assert_eq!(attributions::list_decisions(&mut conn, &other, &customer(1).id).await.expect("listed"), []);
        }
    }
}
