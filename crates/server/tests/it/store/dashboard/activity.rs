//! What happened last.

use crate::on_both_engines;
use crate::store::facts::{Shop, at, commission, customer, euros, payment_of};
use whence::store::dashboard::activity;
use whence::store::earning::commissions::{self, Kept};
use whence::store::earning::events::{self, Event};
use whence::store::tracking::customers;
use whence_domain::earning::CommissionStatus;
use whence_domain::investigation::EventCause;
use whence_domain::tracking::{AttributionReason, AttributionSource};
use whence_domain::{EventId, PartnerId};

on_both_engines! {
    async fn the_latest_sign_ups_come_with_their_partners(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1, 2, 3, 4]).await;
        let (source, reason) = (AttributionSource::Click, AttributionReason::LastClick);
        let ada = PartnerId::from_bits(1);
        customers::mark_attributed(&mut conn, &shop.tenant, &customer(2).id, Some(&ada), source, reason, at(9)).await.expect("marked");
        customers::mark_archived(&mut conn, &shop.tenant, &customer(4).id, at(9)).await.expect("marked");
        let latest = activity::latest_sign_ups(&mut conn, &shop.tenant, 2).await.expect("listed");
        let seen: Vec<_> = latest.iter().map(|sign_up| (sign_up.name.as_str(), sign_up.partner.as_ref().map(|partner| partner.name.as_str()), sign_up.at)).collect();
        assert_eq!(seen, [("Customer 3", None, at(3)), ("Customer 2", Some("Ada Park"), at(2))]);
        for other in shop.others() {
            assert_eq!(activity::latest_sign_ups(&mut conn, &other, 9).await.expect("listed"), []);
        }
    }

    async fn the_latest_payments_come_with_what_they_earn(shop: Shop) {
        let mut conn = shop.conn().await;
        shop.sign_up(&mut conn, &[1]).await;
        for number in [1, 2] {
            shop.pay(&mut conn, number, 1_000, 1).await;
        }
        let declined = Kept { status: CommissionStatus::Declined, ..commission(2, 500) };
        for kept in [&commission(1, 200), &declined] {
            commissions::insert(&mut conn, &shop.tenant, kept, None).await.expect("stored");
        }
        let latest = activity::latest_payments(&mut conn, &shop.tenant, 9).await.expect("listed");
        let seen: Vec<_> = latest.iter().map(|payment| (payment.amount, payment.earned, payment.at)).collect();
        let paid_at = |number| payment_of(number, 0, 1).transaction.occurred_at;
        assert_eq!(seen, [(euros(1_000), None, paid_at(2)), (euros(1_000), Some(euros(200)), paid_at(1))]);
        for other in shop.others() {
            assert_eq!(activity::latest_payments(&mut conn, &other, 9).await.expect("listed"), []);
        }
    }

    async fn the_latest_arrivals_are_newest_first(shop: Shop) {
        let mut conn = shop.conn().await;
        for number in 1..=3 {
            let event = Event {
                id: EventId::from_bits(number),
                kind: format!("kind-{number}"),
                outcome: "recorded",
                cause: EventCause::SignUpTold,
                source: "stripe",
                subject: None,
                delivery_key: None,
                replay_of: None,
                at: at(0),
            };
            events::insert(&mut conn, &shop.tenant, &event).await.expect("stored");
        }
        let latest = activity::latest_arrivals(&mut conn, &shop.tenant, 2).await.expect("listed");
        assert_eq!(latest.iter().map(|arrival| arrival.kind.as_str()).collect::<Vec<_>>(), ["kind-3", "kind-2"]);
        for other in shop.others() {
            assert_eq!(activity::latest_arrivals(&mut conn, &other, 9).await.expect("listed"), []);
        }
    }
}
