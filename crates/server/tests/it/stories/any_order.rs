//! Whatever the order in which facts arrive, and however often, the money ends equal.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::json;

/// Every order of `count` things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let place = |shorter: &Vec<usize>| {
        (0..count)
            .map(|at| {
                let mut longer = shorter.clone();
                longer.insert(at, count - 1);
                longer
            })
            .collect::<Vec<_>>()
    };
    orders(count - 1).iter().flat_map(place).collect()
}

/// Tells one of the five facts about the customer of this number.
async fn tell(app: &TestApp, number: usize, xid: &str, paid_at: i64, fact: usize) {
    let key = format!("u-{number}");
    let email = format!("u{number}@example.com");
    let stripe_id = format!("cus_{number:04}");
    let charge = |refunded: i64| {
        json!({ "id": format!("ch_{number}"), "customer": stripe_id, "amount": 9_999, "amount_refunded": refunded,
            "captured": true, "currency": "eur", "created": paid_at, "payment_intent": format!("pi_{number}") })
    };
    match fact {
        0 => app.sign_up(json!({ "customer_key": key, "email": email }), Some(xid)).await,
        1 => {
            let told =
                json!({ "id": stripe_id, "email": email, "metadata": { "customer_key": key }, "created": paid_at });
            app.stripe(&format!("evt_c{number}"), "customer.created", &told).await;
        }
        2 => app.stripe(&format!("evt_p{number}"), "charge.succeeded", &charge(0)).await,
        3 => app.stripe(&format!("evt_r{number}"), "charge.refunded", &charge(3_333)).await,
        _ => {
            let payment = json!({ "customer_external_key": key, "amount": 5_000, "currency": "EUR",
                "key": format!("order-{number}"), "created_at": (paid_at + 1) * 1_000 });
            app.live.create("/transactions", &payment).await;
        }
    }
}

on_both_engines! {
    async fn every_order_of_five_facts_earns_the_same(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(333_333).await;
        for (number, order) in orders(5).into_iter().enumerate() {
            let xid = app.click("bo").await;
            // Facts tell of one moment; in which order we hear of them is all that differs. The sign-up came first.
            app.clock.pass_seconds(10);
            let paid_at = app.seconds() + 100;
            for fact in &order {
                // A browser's sign-up is stamped on arrival, so time stands between the others for it to be first.
                tell(&app, number, &xid, paid_at, *fact).await;
                tell(&app, number, &xid, paid_at, *fact).await;
            }
            app.clock.pass_seconds(200);
            // 33.3333 % of 66.66 and of 50.00.
            let (sum, statuses) = app.earned(&format!("u-{number}")).await;
            assert_eq!(sum, 2_222 + 1_667, "facts in the order {order:?}");
            assert_eq!(statuses, ["pending"], "facts in the order {order:?}");
        }
        app.verify().await;
    }
}
