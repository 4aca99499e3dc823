//! A stored delivery is read again after its fault was mended: the money ends where it belongs, once.

use crate::on_both_engines;
use crate::support::{TestApp, count};
use serde_json::{Value, json};

/// The event of one of Stripe's.
async fn event_of(app: &TestApp, id: &str) -> Value {
    let events = app.live.get("/events?source=stripe&limit=250").await.items();
    let found = events.into_iter().find(|event| event["delivery_key"] == id && event["replay_of"].is_null());
    found.expect("an event")
}

async fn replay(app: &TestApp, event: &Value) -> Value {
    let key = event["key"].as_str().expect("a key");
    app.live.create(&format!("/events/{key}/replay"), &json!({})).await
}

fn charge(app: &TestApp, customer: &str) -> Value {
    json!({ "id": "ch_1", "customer": customer, "amount": 1_000, "currency": "eur", "created": app.seconds() })
}

on_both_engines! {
    async fn a_payment_under_an_unknown_key_reaches_its_partner_once_when_the_key_is_added(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        let xid = app.click("bo").await;
        app.sign_up(json!({ "email": "ada@park.test", "customer_key": "u-1" }), Some(&xid)).await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "ada@park.test" })).await;
        app.stripe("evt_1", "charge.succeeded", &charge(&app, "cus_S1")).await;
        let before = event_of(&app, "evt_1").await;
        assert_eq!((&before["outcome"], &before["cause"]), (&json!("recorded"), &json!("customer_unknown")));
        assert_eq!(app.earned("u-1").await.0, 0);

        // The company says that cus_S1 is u-1: the customer that the payment had made for itself is the same one.
        app.live.create("/customers", &json!({ "customer_key": "u-1", "provider_key": "cus_S1", "partner_key": "bo" })).await;
        for _ in 0..2 {
            let told = replay(&app, &before).await;
            assert_eq!((&told["outcome"], &told["cause"]), (&json!("duplicate"), &json!("payment_known")));
            assert_eq!(told["replay_of"], before["key"]);
            assert_eq!(told["subject"]["kind"], "transaction");
        }
        assert_eq!(app.earned("u-1").await.0, 100, "ten per cent of ten euros, once");
        assert_eq!(app.live.get("/rewards").await.items().len(), 1);
        assert_eq!(event_of(&app, "evt_1").await, before, "what was told then stays as it was");
        app.verify().await;
    }

    async fn a_payment_that_a_setting_kept_out_is_counted_once_when_it_is_read_again(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "a@park.test", "partner_key": "bo", "provider_key": "cus_S1" })).await;
        let invoice = json!({ "id": "in_1", "customer": "cus_S1", "subtotal": 1_000, "total": 1_000, "currency": "eur", "payment_intent": "pi_1" });
        app.stripe("evt_1", "invoice.paid", &invoice).await;
        let before = event_of(&app, "evt_1").await;
        assert_eq!((&before["outcome"], &before["cause"]), (&json!("ignored"), &json!("invoices_not_counted")));
        assert_eq!(replay(&app, &before).await["outcome"], "ignored", "nothing was mended yet");
        app.count_invoices().await;
        assert_eq!(replay(&app, &before).await["outcome"], "recorded");
        assert_eq!(replay(&app, &before).await["outcome"], "duplicate");
        assert_eq!(app.earned("u-1").await.0, 100);
        app.verify().await;
    }

    async fn money_counted_as_a_charge_is_not_counted_again_as_an_invoice(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "a@park.test", "partner_key": "bo", "provider_key": "cus_S1" })).await;
        let mut paid = charge(&app, "cus_S1");
        paid["payment_intent"] = json!("pi_1");
        app.stripe("evt_1", "charge.succeeded", &paid).await;
        let invoice = json!({ "id": "in_1", "customer": "cus_S1", "subtotal": 1_000, "total": 1_000, "currency": "eur", "payment_intent": "pi_1" });
        app.stripe("evt_2", "invoice.paid", &invoice).await;
        app.count_invoices().await;
        let told = replay(&app, &event_of(&app, "evt_2").await).await;
        assert_eq!((&told["outcome"], &told["cause"]), (&json!("duplicate"), &json!("payment_counted_otherwise")));
        assert_eq!(app.earned("u-1").await.0, 100);
        app.verify().await;
    }

    async fn names_and_refunds_that_are_read_again_stay_the_same_facts(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        let told = json!({ "id": "cus_S1", "email": "a@park.test", "created": app.seconds(), "metadata": { "customer_key": "u-1", "partner_key": "bo" } });
        app.stripe("evt_1", "customer.created", &told).await;
        app.stripe("evt_2", "charge.succeeded", &charge(&app, "cus_S1")).await;
        let refund = json!({ "id": "re_1", "charge": "ch_1", "amount": 400, "currency": "eur", "status": "succeeded", "created": app.seconds() });
        app.stripe("evt_3", "refund.created", &refund).await;
        app.clock.pass_days(3);
        for _ in 0..2 {
            for id in ["evt_3", "evt_1", "evt_2"] {
                replay(&app, &event_of(&app, id).await).await;
            }
        }
        assert_eq!(app.earned("u-1").await.0, 60);
        assert_eq!(count(&app.app, "select count(*) from claims").await, 1, "a sign-up that is read again is the same one");
        assert_eq!(count(&app.app, "select count(*) from refunds").await, 1);
        assert_eq!(count(&app.app, "select count(*) from audit where action = 'delivery.replayed'").await, 6);
        app.verify().await;
    }

    async fn a_partner_that_was_added_since_gets_its_customer(app: TestApp) {
        app.percent_offer(100_000).await;
        let told = json!({ "id": "cus_S1", "email": "a@park.test", "created": app.seconds(), "metadata": { "customer_key": "u-1", "partner_key": "late" } });
        app.stripe("evt_1", "customer.created", &told).await;
        app.stripe("evt_2", "charge.succeeded", &charge(&app, "cus_S1")).await;
        assert_eq!(app.earned("u-1").await.0, 0);
        app.partner("late").await;
        for _ in 0..3 {
            replay(&app, &event_of(&app, "evt_1").await).await;
        }
        assert_eq!(app.live.get("/customers/u-1").await.data()["partner_key"], "late");
        assert_eq!(count(&app.app, "select count(*) from claims").await, 2);
        assert!(app.earned("u-1").await.0 <= 100, "never twice");
        app.verify().await;
    }

    async fn only_what_was_kept_whole_can_be_replayed(app: TestApp) {
        app.sign_up(json!({ "email": "a@park.test" }), None).await;
        let sign_up = app.live.get("/events").await.items()[0].clone();
        let key = sign_up["key"].as_str().expect("a key");
        app.live.post(&format!("/events/{key}/replay"), &json!({})).await.refused(422, "");
        app.live.post("/events/evt_00000000000000000000000000/replay", &json!({})).await.refused(404, "");
        app.live.post("/events/nothing/replay", &json!({})).await.refused(404, "");
        app.stripe("evt_1", "charge.succeeded", &charge(&app, "cus_S1")).await;
        let event = event_of(&app, "evt_1").await;
        let path = format!("/events/{}/replay", event["key"].as_str().expect("a key"));
        let send = || app.live.request(axum::http::Method::POST, &path).header("idempotency-key", "once").json(&json!({}));
        let first = crate::support::Reply::of(send()).await;
        let again = crate::support::Reply::of(send()).await;
        assert_eq!(first.data(), again.data(), "the first answer again");
        assert_eq!(count(&app.app, "select replays from webhook_deliveries").await, 1);
        app.execute("update webhook_deliveries set body = '', erased_at = 1").await;
        app.live.post(&path, &json!({})).await.refused(409, "");
    }
}
