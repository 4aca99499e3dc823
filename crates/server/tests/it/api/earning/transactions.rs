//! `/api/v2/transactions`.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::{Value, json};

async fn customer(app: &TestApp) -> Value {
    app.partner("ada").await;
    app.live.create("/customers", &json!({ "customer_key": "one", "email": "a@x.yz", "partner_key": "ada" })).await
}

fn paid() -> Value {
    json!({ "customer_external_key": "one", "amount": 10_000, "currency": "EUR", "key": "order-1" })
}

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
        let again = json!({ "customer_external_key": "u-1", "amount": 1_000, "currency": "EUR", "key": "order-1" });
        app.live.post("/transactions", &again).await.refused(409, "key");
        app.verify().await;
    }

    async fn a_payment_that_was_given_back_whole_is_gone_until_the_refund_fails(app: TestApp) {
        let charge = json!({ "id": "ch_1", "customer": "cus_1", "amount": 1_000, "captured": true, "currency": "eur",
            "created": app.seconds() });
        app.stripe("evt_1", "charge.succeeded", &charge).await;
        assert_eq!(app.live.get("/transactions").await.items().len(), 1);
        let mut refund = json!({ "id": "re_1", "charge": "ch_1", "amount": 1_000, "currency": "eur",
            "status": "succeeded", "created": app.seconds() });
        app.stripe("evt_2", "refund.created", &refund).await;
        assert!(app.live.get("/transactions").await.items().is_empty());
        app.live.get("/transactions/ch_1").await.refused(404, "");
        app.clock.pass_seconds(5);
        refund["status"] = json!("failed");
        app.stripe("evt_3", "refund.failed", &refund).await;
        assert_eq!(app.live.get("/transactions/ch_1").await.data()["amount"], 1_000);
    }

    async fn a_payment_dated_back_leaves_the_sign_up_where_it_was(app: TestApp) {
        app.partner("bo").await;
        let terms = json!({ "type": "flat", "amount": 700, "currency": "EUR" });
        app.live.create("/offers", &json!({ "description": "A sign-up", "trigger": "signup", "terms": terms })).await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "a@example.com", "partner_key": "bo" })).await;
        assert_eq!(app.earned("u-1").await.0, 700);
        let old = json!({ "customer_external_key": "u-1", "amount": 100, "currency": "EUR", "created_at": 1_700_000_000_000_i64 });
        app.live.create("/transactions", &old).await;
        assert_eq!(app.earned("u-1").await.0, 700);
    }

    async fn a_payment_is_read_back_as_it_was_recorded(app: TestApp) {
        let customer = customer(&app).await;
        let mut body = paid();
        body["product_key"] = json!("pro");
        body["category_key"] = json!("plan");
        body["metadata"] = json!({ "note": "first" });
        let made = app.live.create("/transactions", &body).await;
        assert_eq!((made["key"].clone(), made["amount"].clone()), (json!("order-1"), json!(10_000)));
        assert_eq!(made["currency"], "EUR");
        assert_eq!(made["customer"]["key"], customer["key"]);
        assert_eq!(made["product_key"], "pro");
        assert_eq!(made["metadata"], json!({ "note": "first" }));
        assert_eq!(app.live.get("/transactions").await.items(), std::slice::from_ref(&made));
        assert_eq!(app.live.get("/transactions?customer_key=one").await.items(), [made]);
    }

    async fn the_customer_is_named_in_one_of_three_ways(app: TestApp) {
        let customer = customer(&app).await;
        for way in [
            json!({ "customer_key": customer["key"] }),
            json!({ "customer_external_key": "one" }),
            json!({ "customer_email": "A@x.yz" }),
        ] {
            let mut body = way;
            body["amount"] = json!(1);
            body["currency"] = json!("eur");
            assert_eq!(app.live.create("/transactions", &body).await["customer"]["key"], customer["key"]);
        }
        assert_eq!(app.live.get("/transactions").await.items().len(), 3);
    }

    async fn bad_bodies_are_refused_by_field_and_store_nothing(app: TestApp) {
        customer(&app).await;
        let many: serde_json::Map<String, Value> = (0..26).map(|n| (format!("k{n}"), json!("v"))).collect();
        for (field, named, value, status) in [
            ("amount", "amount", json!(null), 422),
            ("amount", "amount", json!("100"), 422),
            ("amount", "amount", json!(1.5), 422),
            ("amount", "amount", json!(50_000_000_001_i64), 422),
            ("amount", "amount", json!(u64::MAX), 422),
            ("currency", "currency", json!(null), 422),
            ("currency", "currency", json!("EURO"), 422),
            ("currency", "currency", json!("XXZ"), 422),
            ("customer_external_key", "customer_key", json!(null), 422),
            ("customer_external_key", "customer_external_key", json!(5), 422),
            ("customer_email", "customer_external_key", json!("a@x.yz"), 422),
            ("key", "key", json!("abc"), 422),
            ("key", "key", json!("k".repeat(256)), 422),
            ("key", "key", json!("order\u{0}"), 422),
            ("product_key", "product_key", json!(["pro"]), 422),
            ("category_key", "category_key", json!("c".repeat(256)), 422),
            ("metadata", "metadata", json!(many), 422),
            ("metadata", "metadata", json!({ "n".repeat(31): "v" }), 422),
            ("metadata", "metadata.k", json!({ "k": "v".repeat(101) }), 422),
            ("created_at", "created_at", json!("today"), 422),
        ] {
            let mut body = paid();
            body[field] = value.clone();
            let reply = app.live.post("/transactions", &body).await;
            assert_eq!(reply.status.as_u16(), status, "{field} {value}: {}", reply.text);
            reply.refused(status, named);
        }
        let nobody = json!({ "customer_key": "cus_0000000000", "amount": 1, "currency": "EUR" });
        app.live.post("/transactions", &nobody).await.refused(404, "customer_key");
        assert_eq!(app.live.get("/transactions").await.items().len(), 0);
    }

    async fn a_payment_taken_back_takes_its_reward_back(app: TestApp) {
        customer(&app).await;
        app.percent_offer(200_000).await;
        app.live.create("/transactions", &paid()).await;
        app.live.delete("/transactions/order-1").await.data();
        assert_eq!(app.live.get("/transactions").await.items().len(), 0);
        let rewards = app.live.get("/rewards").await.items();
        let stands: i64 = rewards
            .iter()
            .filter(|reward| reward["reward_status"] != "declined")
            .map(|reward| reward["amount"].as_i64().expect("an amount"))
            .sum();
        assert_eq!(stands, 0, "{rewards:?}");
        app.live.delete("/transactions/nothing").await.refused(404, "");
    }

    async fn a_payment_is_seen_by_its_own_program_and_mode_alone(app: TestApp) {
        let (_, [other, _]) = app.another_program("Other").await;
        let customer = customer(&app).await;
        app.live.create("/transactions", &paid()).await;
        for caller in [&app.test, &other] {
            assert_eq!(caller.get("/transactions").await.items().len(), 0);
            caller.delete("/transactions/order-1").await.refused(404, "");
            let body = json!({ "customer_key": customer["key"], "amount": 1, "currency": "EUR" });
            caller.post("/transactions", &body).await.refused(404, "customer_key");
            assert_eq!(caller.get("/transactions?customer_key=one").await.items().len(), 0);
        }
        assert_eq!(app.live.get("/transactions").await.items().len(), 1);
    }
}
