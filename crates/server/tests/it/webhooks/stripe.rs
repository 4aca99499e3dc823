//! `POST /webhooks/stripe/{endpoint_key}`.

use crate::on_both_engines;
use crate::support::{Reply, TestApp};
use serde_json::json;

on_both_engines! {
    async fn only_genuine_deliveries_occupy_an_event_id(app: TestApp) {
        let charge = json!({ "id": "ch_1", "customer": "cus_1", "amount": 100, "currency": "eur", "created": app.seconds() });
        let forged = app.deliver("evt_1", "charge.succeeded", &charge, "whsec_somebody_elses").await;
        assert_eq!(forged.status.as_u16(), 400, "{}", forged.text);
        assert!(app.live.get("/transactions").await.items().is_empty());
        app.stripe("evt_1", "charge.succeeded", &charge).await;
        assert_eq!(app.live.get("/transactions").await.items().len(), 1);
    }

    async fn rubbish_is_answered_with_400_and_nothing_is_stored(app: TestApp) {
        let url = format!("{}{}", app.base, app.setup.stripe_webhook_path);
        for (body, header) in [("", ""), ("{", "t=1,v1=00"), ("\u{0}", "v1="), ("[]", "nonsense")] {
            let answer = app.browser.post(&url).header("stripe-signature", header).body(body).send().await;
            assert_eq!(answer.expect("an answer").status(), 400, "{body:?}");
        }
        let unknown = format!("{}/webhooks/stripe/hook_unknown", app.base);
        assert_eq!(app.browser.post(unknown).body("{}").send().await.expect("an answer").status(), 404);
        let signed = app.deliver("evt_1", "charge.succeeded", &json!("no object"), &app.setup.stripe_webhook_secret).await;
        assert_eq!(signed.status.as_u16(), 200, "a genuine event that says nothing is kept: {}", signed.text);
        assert!(app.live.get("/transactions").await.items().is_empty());
    }

    async fn the_same_event_fifty_times_at_once_is_one_payment(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "a@example.com", "partner_key": "bo",
            "provider_key": "cus_1" })).await;
        let charge = json!({ "id": "ch_1", "customer": "cus_1", "amount": 1_000, "currency": "eur", "created": app.seconds() });
        let deliveries = (0..50).map(|number| {
            let id = if number % 2 == 0 { "evt_1" } else { "evt_2" };
            app.stripe(id, "charge.succeeded", &charge)
        });
        futures_util::future::join_all(deliveries).await;
        assert_eq!(app.earned("u-1").await, (100, vec!["pending".to_owned()]));
        app.verify().await;
    }

    async fn a_refund_in_invoice_mode_joins_by_the_payment_intent(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        app.count_invoices().await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "a@example.com", "partner_key": "bo",
            "provider_key": "cus_1" })).await;
        let refund = json!({ "id": "re_1", "payment_intent": "pi_1", "amount": 400, "currency": "eur",
            "status": "succeeded", "created": app.seconds() });
        app.stripe("evt_1", "refund.created", &refund).await;
        let charge = json!({ "id": "ch_1", "customer": "cus_1", "amount": 1_000, "currency": "eur", "created": app.seconds() });
        app.stripe("evt_2", "charge.succeeded", &charge).await;
        assert_eq!(app.earned("u-1").await.0, 0, "charges are no sales in this mode");
        let invoice = json!({ "id": "in_1", "customer": "cus_1", "subtotal": 1_000, "total": 1_000, "currency": "eur" });
        app.stripe("evt_3", "invoice.paid", &invoice).await;
        app.stripe("evt_4", "invoice.payment_succeeded", &invoice).await;
        assert_eq!(app.earned("u-1").await.0, 100, "the refund is not joined to the invoice yet");
        let joined = json!({ "id": "inpay_1", "invoice": "in_1", "payment": { "type": "payment_intent", "payment_intent": "pi_1" } });
        app.stripe("evt_5", "invoice_payment.paid", &joined).await;
        assert_eq!(app.earned("u-1").await.0, 60);
        app.verify().await;
    }

    async fn a_refund_that_fails_gives_the_commission_back(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "a@example.com", "partner_key": "bo",
            "provider_key": "cus_1" })).await;
        let charge = json!({ "id": "ch_1", "customer": "cus_1", "amount": 1_000, "currency": "eur", "created": app.seconds() });
        app.stripe("evt_1", "charge.succeeded", &charge).await;
        let mut refund = json!({ "id": "re_1", "charge": "ch_1", "amount": 1_000, "currency": "eur",
            "status": "pending", "created": app.seconds() });
        app.stripe("evt_2", "refund.created", &refund).await;
        assert_eq!(app.earned("u-1").await.0, 0);
        app.clock.pass_seconds(5);
        refund["status"] = json!("failed");
        app.stripe("evt_3", "refund.failed", &refund).await;
        assert_eq!(app.earned("u-1").await.0, 100);
        app.verify().await;
    }

    async fn a_delivery_that_is_not_signed_by_us_stores_nothing(app: TestApp) {
        let object = json!({ "id": "cus_1", "object": "customer", "email": "a@x.yz", "metadata": {} });
        let whole = app.setup.stripe_webhook_secret.clone();
        for secret in ["x", whole.trim_start_matches("whsec_"), &whole[..whole.len() - 1]] {
            app.deliver("evt_1", "customer.created", &object, secret).await.refused(400, "");
        }
        let url = format!("{}{}", app.base, app.setup.stripe_webhook_path);
        for header in ["", "t=1,v1=", "v1=00", "t=99999999999999999999,v1=00", "t=1", "nonsense"] {
            let request = app.browser.post(&url).header("stripe-signature", header).body("{}");
            Reply::of(request).await.refused(400, "");
        }
        Reply::of(app.browser.post(&url).body("{}")).await.refused(400, "");
        for path in ["/webhooks/stripe/hook_nothing", "/webhooks/stripe/%00", "/webhooks/nobody/x"] {
            Reply::of(app.browser.post(format!("{}{path}", app.base)).body("{}")).await.refused(404, "");
        }
        assert_eq!(app.live.get("/events").await.items().len(), 0);
        assert_eq!(app.live.get("/customers").await.items().len(), 0);
    }

    async fn an_endless_delivery_is_cut_off(app: TestApp) {
        let url = format!("{}{}", app.base, app.setup.stripe_webhook_path);
        Reply::of(app.browser.post(&url).body(vec![b' '; 2_000_000])).await.refused(413, "");
    }
}
