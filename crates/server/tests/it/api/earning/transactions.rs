//! `/api/v2/transactions`.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::json;

on_both_engines! {
    async fn a_repeat_is_the_same_payment_and_another_with_its_key_a_conflict(app: TestApp) {
        let body = json!({ "customer_external_key": "u-1", "amount": 1_000, "currency": "eur", "key": "order-1",
            "metadata": { "plan": "team" } });
        let first = app.live.create("/transactions", &body).await;
        assert_eq!((&first["key"], &first["currency"]), (&json!("order-1"), &json!("EUR")));
        assert_eq!(first["customer"]["external_key"], "u-1");
        assert_eq!(app.live.create("/transactions", &body).await, first);
        let mut other = body.clone();
        other["amount"] = json!(1_001);
        app.live.post("/transactions", &other).await.refused(409, "key");
        assert_eq!(app.live.get("/transactions").await.items().len(), 1);
    }

    async fn bad_bodies_are_refused_by_field(app: TestApp) {
        for (body, field) in [
            (json!({ "amount": 1, "currency": "EUR" }), "customer_key"),
            (json!({ "customer_email": "a@b.co", "customer_external_key": "u", "amount": 1, "currency": "EUR" }), "customer_external_key"),
            (json!({ "customer_external_key": "u", "currency": "EUR" }), "amount"),
            (json!({ "customer_external_key": "u", "amount": 1.5, "currency": "EUR" }), "amount"),
            (json!({ "customer_external_key": "u", "amount": 50_000_000_001_i64, "currency": "EUR" }), "amount"),
            (json!({ "customer_external_key": "u", "amount": 1, "currency": "EURO" }), "currency"),
            (json!({ "customer_external_key": "u", "amount": 1, "currency": "EUR", "key": "abc" }), "key"),
            (json!({ "customer_external_key": "u", "amount": 1, "currency": "EUR", "metadata": "x" }), "metadata"),
        ] {
            app.live.post("/transactions", &body).await.refused(422, field);
        }
        let unknown = json!({ "customer_key": "cus_00000000000000000000000000", "amount": 1, "currency": "EUR" });
        app.live.post("/transactions", &unknown).await.refused(404, "customer_key");
        assert!(app.live.get("/transactions").await.items().is_empty());
    }

    async fn a_deleted_payment_is_gone_and_earns_nothing(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "a@example.com", "partner_key": "bo" })).await;
        app.live.create("/transactions", &json!({ "customer_external_key": "u-1", "amount": 1_000, "currency": "EUR", "key": "order-1" })).await;
        assert_eq!(app.earned("u-1").await.0, 100);
        app.live.delete("/transactions/order-1").await.data();
        app.live.delete("/transactions/order-1").await.data();
        assert_eq!(app.earned("u-1").await.0, 0);
        app.live.get("/transactions/order-1").await.refused(404, "");
        app.verify().await;
    }
}
