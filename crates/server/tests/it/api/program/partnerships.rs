//! `/partnerships`.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::{Value, json};

fn keys(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["partner_key"].as_str().expect("a partner key")).collect()
}

async fn three(app: &TestApp) {
    for key in ["ada", "bo", "cy"] {
        let body = json!({ "email": format!("{key}@partner.test"), "partner_key": key });
        app.live.create("/partnerships", &body).await;
    }
}

on_both_engines! {
    async fn a_partner_joins_active_in_the_default_group(app: TestApp) {
        let body = json!({ "email": " Ada@Partner.Test ", "first_name": "Ada", "last_name": "Park", "unknown": [1] });
        let made = app.live.create("/partnerships", &body).await;
        assert!(made["key"].as_str().expect("a key").starts_with("part_"));
        assert_eq!(made["email"], "ada@partner.test");
        assert_eq!(made["approved_status"], "approved");
        assert_eq!(made["group"]["default"], true);
        assert!(!made["partner_key"].as_str().expect("drawn").is_empty());
        assert_eq!(made["created_at"], made["updated_at"]);
        for name in [made["key"].as_str(), made["partner_key"].as_str(), Some("ADA@partner.test")] {
            let path = format!("/partnerships/{}", name.expect("a name"));
            assert_eq!(app.live.get(&path).await.data(), made, "{path}");
        }
    }

    async fn what_is_taken_is_refused_by_name(app: TestApp) {
        three(&app).await;
        let same = json!({ "email": "new@partner.test", "partner_key": "ada" });
        app.live.post("/partnerships", &same).await.refused(409, "partner_key");
        app.live.post("/partnerships", &json!({ "email": "BO@partner.test" })).await.refused(409, "email");
        let other_case = json!({ "email": "new@partner.test", "partner_key": "ADA" });
        app.live.create("/partnerships", &other_case).await;
    }

    async fn bad_bodies_are_refused_by_field_and_store_nothing(app: TestApp) {
        let long = "x".repeat(51);
        for (body, field) in [
            (json!({}), "email"),
            (json!({ "email": null }), "email"),
            (json!({ "email": "" }), "email"),
            (json!({ "email": 7 }), "email"),
            (json!({ "email": "nobody" }), "email"),
            (json!({ "email": format!("{}@x.yz", "a".repeat(300)) }), "email"),
            (json!({ "email": "a\u{0}@x.yz" }), "email"),
            (json!({ "email": "a@x.yz", "first_name": long }), "first_name"),
            (json!({ "email": "a@x.yz", "last_name": "\u{0}" }), "last_name"),
            (json!({ "email": "a@x.yz", "last_name": ["x"] }), "last_name"),
            (json!({ "email": "a@x.yz", "partner_key": "a b" }), "partner_key"),
            (json!({ "email": "a@x.yz", "partner_key": "k".repeat(65) }), "partner_key"),
        ] {
            app.live.post("/partnerships", &body).await.refused(422, field);
        }
        let group = json!({ "email": "a@x.yz", "group_key": "nowhere" });
        app.live.post("/partnerships", &group).await.refused(404, "group_key");
        assert_eq!(app.live.get("/partnerships").await.items().len(), 0);
    }

    async fn lists_are_paged_newest_first(app: TestApp) {
        three(&app).await;
        let first = app.live.get("/partnerships?limit=2").await.data();
        assert_eq!(first["has_more"], true);
        let items = first["items"].as_array().expect("a list");
        assert_eq!(keys(items), ["cy", "bo"]);
        let after = items[1]["key"].as_str().expect("a key");
        let second = app.live.get(&format!("/partnerships?limit=2&starting_after={after}")).await.data();
        assert_eq!(keys(second["items"].as_array().expect("a list")), ["ada"]);
        assert_eq!(second["has_more"], false);
        let before = second["items"][0]["key"].as_str().expect("a key");
        let back = app.live.get(&format!("/partnerships?limit=1&ending_before={before}")).await.data();
        assert_eq!(keys(back["items"].as_array().expect("a list")), ["bo"]);
        assert_eq!(back["has_more"], true);
        assert_eq!(keys(&app.live.get("/partnerships?order_by=created_at").await.items()), ["ada", "bo", "cy"]);
        let created = items[0]["created_at"].as_i64().expect("a time");
        let path = format!("/partnerships?min_created={created}&max_created={created}");
        assert_eq!(keys(&app.live.get(&path).await.items()), ["cy"]);
    }

    async fn senseless_parameters_are_refused_by_name(app: TestApp) {
        for (query, status, field) in [
            ("limit=0", 422, "limit"),
            ("limit=251", 422, "limit"),
            ("limit=x", 422, "limit"),
            ("starting_after=part_x", 422, "starting_after"),
            ("order_by=amount", 422, "order_by"),
            ("min_created=now", 422, "min_created"),
            ("approved_status=maybe", 422, "approved_status"),
            ("keywords=%00", 422, "keywords"),
            ("keywords=%ff", 400, ""),
        ] {
            app.live.get(&format!("/partnerships?{query}")).await.refused(status, field);
        }
    }

    async fn a_partner_changes_and_leaves(app: TestApp) {
        three(&app).await;
        let group = app.live.create("/groups", &json!({ "name": "Agencies" })).await;
        let path = "/partnerships/ada";
        let body = json!({ "group_key": group["key"], "first_name": "Ada", "email": "ada@new.test" });
        let changed = app.live.patch(path, &body).await.data();
        assert_eq!(changed["group"]["slug"], "agencies");
        assert_eq!(changed["email"], "ada@new.test");
        assert_ne!(changed["created_at"], changed["updated_at"]);
        app.live.patch(path, &json!({ "email": "bo@partner.test" })).await.refused(409, "email");
        app.live.patch("/partnerships/nobody", &json!({})).await.refused(404, "");

        let gone = app.live.delete(path).await.data();
        assert_eq!(gone["archived"], true);
        assert_eq!(app.live.delete(path).await.data(), gone, "again changes nothing");
        assert_eq!(keys(&app.live.get("/partnerships").await.items()), ["cy", "bo"]);
        assert_eq!(app.live.get("/partnerships?include_archived=true").await.items().len(), 3);
        assert_eq!(app.live.patch(path, &json!({ "archived": false })).await.data()["archived"], false);
    }

    async fn the_test_partner_is_there_in_test_mode_only(app: TestApp) {
        assert_eq!(keys(&app.test.get("/partnerships").await.items()), ["gstest"]);
        app.live.get("/partnerships/gstest").await.refused(404, "");
    }
}
