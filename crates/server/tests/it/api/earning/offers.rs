//! `/offers`.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::{Value, json};

fn percent() -> Value {
    json!({
        "description": "20 % of every sale",
        "trigger": "transaction",
        "terms": { "type": "percent", "rate_ppm": 200_000 },
    })
}

on_both_engines! {
    async fn an_offer_is_read_back_as_it_was_made(app: TestApp) {
        let made = app.live.create("/offers", &percent()).await;
        assert!(made["key"].as_str().expect("a key").starts_with("offer_"));
        assert_eq!(made["terms"], json!({ "type": "percent", "rate_ppm": 200_000 }));
        assert_eq!(made["trigger"], "transaction");
        assert_eq!(made["limits"], json!({}));
        assert_eq!(made["hold_days"], 0);
        assert_eq!(made["group_key"], Value::Null);
        let path = format!("/offers/{}", made["key"].as_str().expect("a key"));
        assert_eq!(app.live.get(&path).await.data(), made);
        assert_eq!(app.live.get("/offers").await.items(), [made]);
    }

    async fn a_flat_offer_has_its_own_currency_and_every_limit(app: TestApp) {
        let group = app.live.get("/groups").await.items()[0]["key"].clone();
        let body = json!({
            "description": "50 € per sign-up",
            "trigger": "signup",
            "terms": { "type": "flat", "amount": 5000, "currency": "eur" },
            "limits": { "first_n": 1, "months": 12, "cap_amount": 10_000 },
            "rules": { "product_keys": ["pro"] },
            "hold_days": 30,
            "group_key": group,
        });
        let made = app.live.create("/offers", &body).await;
        assert_eq!(made["terms"], json!({ "type": "flat", "amount": 5000, "currency": "EUR" }));
        assert_eq!(made["limits"], json!({ "first_n": 1, "months": 12, "cap_amount": 10_000 }));
        assert_eq!(made["rules"], json!({ "product_keys": ["pro"] }));
        assert_eq!(made["group_key"], group);
        assert_eq!(made["hold_days"], 30);
    }

    async fn senseless_offers_are_refused_by_field_and_not_stored(app: TestApp) {
        for (field, named, value, status) in [
            ("trigger", "trigger", json!(null), 422),
            ("trigger", "trigger", json!("sale"), 422),
            ("trigger", "terms.type", json!("signup"), 422),
            ("terms", "terms", json!(null), 422),
            ("terms", "terms", json!("20%"), 422),
            ("terms", "terms.type", json!({}), 422),
            ("terms", "terms.type", json!({ "type": "tiered" }), 422),
            ("terms", "terms.rate_ppm", json!({ "type": "percent" }), 422),
            ("terms", "terms.rate_ppm", json!({ "type": "percent", "rate_ppm": 0.2 }), 422),
            ("terms", "terms.rate_ppm", json!({ "type": "percent", "rate_ppm": 1_000_001 }), 422),
            ("terms", "terms.amount", json!({ "type": "flat", "amount": 0, "currency": "EUR" }), 422),
            ("terms", "terms.amount", json!({ "type": "flat", "amount": u64::MAX, "currency": "EUR" }), 422),
            ("terms", "terms.currency", json!({ "type": "flat", "amount": 5, "currency": "EURO" }), 422),
            ("limits", "limits.first_n", json!({ "first_n": 0 }), 422),
            ("limits", "limits.first", json!({ "first": 1 }), 422),
            ("rules", "rules.product_keys", json!({ "product_keys": "pro" }), 422),
            ("hold_days", "hold_days", json!(-1), 422),
            ("description", "description", json!("\u{0}"), 422),
            ("description", "description", json!("d".repeat(1001)), 422),
            ("group_key", "group_key", json!("grup_00000000000000000000000000"), 404),
        ] {
            let mut body = percent();
            body[field] = value;
            app.live.post("/offers", &body).await.refused(status, named);
        }
        assert_eq!(app.live.get("/offers").await.items().len(), 0);
    }

    async fn an_offer_changes_by_versions_and_is_put_away(app: TestApp) {
        let made = app.live.create("/offers", &percent()).await;
        let path = format!("/offers/{}", made["key"].as_str().expect("a key"));
        let changed = app.live.patch(&path, &json!({ "terms": { "type": "percent", "rate_ppm": 1 } })).await.data();
        assert_eq!(changed["version"], 2);
        assert_eq!(changed["description"], made["description"]);
        let same = app.live.patch(&path, &json!({ "description": made["description"] })).await.data();
        assert_eq!(same["version"], 2, "saying what holds changes nothing");
        app.live.patch(&path, &json!({ "trigger": "signup" })).await.refused(422, "terms.type");
        assert_eq!(app.live.delete(&path).await.data()["archived"], true);
        assert_eq!(app.live.get("/offers").await.items().len(), 0);
        assert_eq!(app.live.get("/offers?include_archived=1").await.items().len(), 1);
        app.live.get("/offers/offer_nothing").await.refused(404, "");
    }
}
