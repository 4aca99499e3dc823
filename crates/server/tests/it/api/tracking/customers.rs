//! `/api/v2/customers`.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::{Value, json};

on_both_engines! {
    async fn a_customer_is_found_by_every_name_it_has(app: TestApp) {
        let made = app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "Ada@Example.com",
            "name": "Ada", "provider_key": "cus_9", "meta": { "company_name": "Park" } })).await;
        assert!(made["key"].as_str().is_some_and(|key| key.starts_with("cus_")));
        assert_eq!((&made["confirmed"], &made["test"]), (&json!(true), &json!(false)));
        assert_eq!((&made["meta"], &made["mdata"]["company_name"]), (&json!({}), &json!("Park")));
        for name in [made["key"].as_str().expect("a key"), "u-1", "ada@example.com"] {
            assert_eq!(app.live.get(&format!("/customers/{name}")).await.data()["key"], made["key"], "{name}");
        }
        app.live.get("/customers/nobody").await.refused(404, "");
        app.test.get("/customers/u-1").await.refused(404, "");
    }

    async fn the_same_customer_key_is_the_same_customer(app: TestApp) {
        let body = json!({ "customer_key": "u-1", "email": "ada@example.com" });
        let first = app.live.create("/customers", &body).await;
        assert_eq!(app.live.create("/customers", &body).await["key"], first["key"]);
        assert_eq!(app.live.get("/customers").await.items().len(), 1);
    }

    async fn bad_bodies_are_refused_by_field_and_nothing_is_kept(app: TestApp) {
        let long = "x".repeat(300);
        for (body, field) in [
            (json!({}), "email"),
            (json!({ "customer_key": 7, "email": "a@example.com" }), "customer_key"),
            (json!({ "customer_key": long, "email": "a@example.com" }), "customer_key"),
            (json!({ "customer_key": "a\u{0}b", "email": "a@example.com" }), "customer_key"),
            (json!({ "customer_key": null, "email": "nothing" }), "email"),
            (json!({ "email": "a@example.com", "name": "x".repeat(101) }), "name"),
            (json!({ "email": "a@example.com", "partner_key": "no spaces" }), "partner_key"),
            (json!({ "email": "a@example.com", "meta": [] }), "meta"),
        ] {
            app.live.post("/customers", &body).await.refused(422, field);
        }
        app.live.post("/customers", &json!({ "email": "a@example.com", "partner_key": "nobody" })).await
            .refused(404, "partner_key");
        assert!(app.live.get("/customers").await.items().is_empty());
    }

    async fn a_list_is_walked_both_ways_and_filtered(app: TestApp) {
        app.partner("bo").await;
        for number in 0..5 {
            let partner = if number % 2 == 0 { json!("bo") } else { Value::Null };
            app.live.create("/customers", &json!({ "customer_key": format!("u-{number}"),
                "email": format!("u{number}@example.com"), "partner_key": partner })).await;
        }
        let keys = |items: Vec<Value>| items.iter().map(|item| item["customer_key"].as_str().expect("a key").to_owned()).collect::<Vec<_>>();
        let first = app.live.get("/customers?limit=2").await.data();
        assert_eq!(first["has_more"], true);
        let last_seen = first["items"][1]["key"].as_str().expect("a key").to_owned();
        let next = app.live.get(&format!("/customers?limit=2&starting_after={last_seen}")).await.items();
        assert_eq!(keys(next.clone()), ["u-2", "u-1"]);
        let before = next[0]["key"].as_str().expect("a key");
        assert_eq!(keys(app.live.get(&format!("/customers?limit=2&ending_before={before}")).await.items()), ["u-4", "u-3"]);
        assert_eq!(keys(app.live.get("/customers?partner_key=bo&order_by=created_at").await.items()), ["u-0", "u-2", "u-4"]);
    }

    async fn a_customer_can_be_changed_and_put_away(app: TestApp) {
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "a@example.com" })).await;
        app.live.create("/customers", &json!({ "customer_key": "u-2", "email": "b@example.com" })).await;
        let changed = app.live.patch("/customers/u-1", &json!({ "name": "Ada", "provider_key": "cus_7" })).await.data();
        assert_eq!((&changed["name"], &changed["provider_key"]), (&json!("Ada"), &json!("cus_7")));
        app.live.patch("/customers/u-1", &json!({ "email": "b@example.com" })).await.refused(409, "");
        app.live.patch("/customers/u-1", &json!({ "partner_key": "nobody" })).await.refused(404, "partner_key");
        assert_eq!(app.live.delete("/customers/u-1").await.data()["archived"], true);
        assert_eq!(app.live.get("/customers").await.items().len(), 1);
    }
}
