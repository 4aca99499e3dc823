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

    async fn a_customer_is_made_for_a_partner_and_found_by_every_name(app: TestApp) {
        app.partner("ada").await;
        let body = json!({
            "customer_key": "shop-1", "email": "Eve@Customer.test", "name": "Eve", "partner_key": "ada",
            "provider_key": "cus_stripe", "meta": { "company_name": "Eve & Co", "seats": 5 },
        });
        let made = app.live.create("/customers", &body).await;
        assert!(made["key"].as_str().expect("a key").starts_with("cus_"));
        assert_eq!(made["email"], "eve@customer.test");
        assert_eq!(made["partner_key"], "ada");
        assert_eq!((made["confirmed"].clone(), made["test"].clone()), (json!(true), json!(false)));
        assert_eq!(made["field_data"], json!({ "company_name": "Eve & Co", "seats": 5 }));
        for name in [made["key"].as_str().expect("a key"), "shop-1", "eve@customer.test"] {
            assert_eq!(app.live.get(&format!("/customers/{name}")).await.data()["key"], made["key"], "{name}");
        }
        let attribution = app.live.get("/customers/shop-1/attribution").await.data();
        assert_eq!(attribution["partner_key"], "ada");
        assert_eq!(attribution["source"], "api");
        assert!(attribution["reason"].is_string() && attribution["touches"].is_array());
    }

    async fn an_organic_customer_has_no_partner(app: TestApp) {
        for (key, partner) in [("one", json!({ "customer_key": "one" })), ("two", json!({ "customer_key": "two", "partner_key": null }))] {
            assert_eq!(app.live.create("/customers", &partner).await["partner_key"], Value::Null);
            let attribution = app.live.get(&format!("/customers/{key}/attribution")).await.data();
            assert_eq!((attribution["partner_key"].clone(), attribution["source"].clone()), (Value::Null, json!("none")));
        }
    }

    async fn bad_bodies_are_refused_by_field_and_store_nothing(app: TestApp) {
        let entries: serde_json::Map<String, Value> = (0..101).map(|n| (format!("k{n}"), json!(n))).collect();
        for (body, field) in [
            (json!({}), "email"),
            (json!({ "customer_key": null, "email": null }), "email"),
            (json!({ "customer_key": 7 }), "customer_key"),
            (json!({ "customer_key": "a\u{0}" }), "customer_key"),
            (json!({ "customer_key": "k".repeat(5_000) }), "customer_key"),
            (json!({ "email": "nobody" }), "email"),
            (json!({ "email": ["a@x.yz"] }), "email"),
            (json!({ "email": "a@x.yz", "name": "n".repeat(101) }), "name"),
            (json!({ "email": "a@x.yz", "name": "\u{0}" }), "name"),
            (json!({ "email": "a@x.yz", "partner_key": "a b" }), "partner_key"),
            (json!({ "email": "a@x.yz", "provider_key": {} }), "provider_key"),
            (json!({ "email": "a@x.yz", "meta": [] }), "meta"),
            (json!({ "email": "a@x.yz", "meta": entries }), "meta"),
            (json!({ "email": "a@x.yz", "meta": { "k": [] } }), "meta.k"),
            (json!({ "email": "a@x.yz", "meta": { "k": "\u{0}" } }), "meta.k"),
        ] {
            app.live.post("/customers", &body).await.refused(422, field);
        }
        let unknown = json!({ "email": "a@x.yz", "partner_key": "nobody" });
        let reply = app.live.post("/customers", &unknown).await;
        assert!(reply.status.is_client_error(), "{}", reply.text);
        assert_eq!(app.live.get("/customers").await.items().len(), 0);
        for path in ["/customers/nobody", "/customers/nobody/attribution"] {
            app.live.get(path).await.refused(404, "");
        }
    }

    async fn a_customer_is_seen_by_its_own_program_and_mode_alone(app: TestApp) {
        let (_, [other, _]) = app.another_program("Other").await;
        let made = app.live.create("/customers", &json!({ "customer_key": "one", "email": "a@x.yz" })).await;
        for caller in [&app.test, &other] {
            for name in [made["key"].as_str().expect("a key"), "one", "a@x.yz"] {
                caller.get(&format!("/customers/{name}")).await.refused(404, "");
                caller.patch(&format!("/customers/{name}"), &json!({ "name": "X" })).await.refused(404, "");
                caller.delete(&format!("/customers/{name}")).await.refused(404, "");
                caller.get(&format!("/customers/{name}/attribution")).await.refused(404, "");
            }
            assert_eq!(caller.get("/customers").await.items().len(), 0);
            let own = caller.create("/customers", &json!({ "customer_key": "one", "email": "a@x.yz" })).await;
            assert_ne!(own["key"], made["key"]);
        }
        assert_eq!(app.live.get("/customers/one").await.data()["name"], Value::Null);
    }
}
