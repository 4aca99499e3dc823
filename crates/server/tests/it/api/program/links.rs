//! `/links`.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::{Value, json};

async fn ada(app: &TestApp) -> Value {
    app.live.create("/partnerships", &json!({ "email": "ada@partner.test", "partner_key": "ada" })).await
}

on_both_engines! {
    async fn a_link_is_made_with_the_address_to_share(app: TestApp) {
        ada(&app).await;
        let dest = "https://www.shop.test/a?x=1&x=2#top";
        let body = json!({ "partner_key": "ada", "dest": dest, "link_key": "Spring-1", "title": "Frühling" });
        let made = app.live.create("/links", &body).await;
        assert!(made["key"].as_str().expect("a key").starts_with("link_"));
        assert_eq!(made["link_key"], "Spring-1");
        assert_eq!(made["dest"], dest);
        assert_eq!(made["partner_key"], "ada");
        assert_eq!(made["archived"], false);
        assert_eq!(made["title"], "Frühling");
        let port = app.base.rsplit(':').next().expect("a port");
        assert_eq!(made["url"], format!("http://go.shop.test:{port}/Spring-1"));
        let path = format!("/links/{}", made["key"].as_str().expect("a key"));
        assert_eq!(app.live.get(&path).await.data(), made);
        for path in ["/links/partnership/ada", "/links/partnership/ada@partner.test", "/links?partner_key=ada"] {
            assert_eq!(app.live.get(path).await.items(), std::slice::from_ref(&made), "{path}");
        }
        assert_eq!(app.live.get("/links?partner_key=bo").await.items(), [] as [Value; 0]);
        app.live.get("/links/partnership/bo").await.refused(404, "");
    }

    async fn a_link_key_is_drawn_where_none_is_given(app: TestApp) {
        ada(&app).await;
        let body = json!({ "partner_key": "ada", "dest": "https://shop.test", "link_key": null });
        let (one, two) = (app.live.create("/links", &body).await, app.live.create("/links", &body).await);
        assert_ne!(one["link_key"], two["link_key"]);
        assert_eq!(app.live.get("/links").await.items(), [two, one]);
    }

    async fn bad_bodies_are_refused_by_field_and_store_nothing(app: TestApp) {
        ada(&app).await;
        let good = json!({ "partner_key": "ada", "dest": "https://shop.test/" });
        for (field, value, status) in [
            ("partner_key", json!(null), 422),
            ("partner_key", json!(1), 422),
            ("partner_key", json!("nobody"), 404),
            ("partner_key", json!("ada\u{0}"), 422),
            ("dest", json!(null), 422),
            ("dest", json!("/relative"), 422),
            ("dest", json!("javascript:alert(1)"), 422),
            ("dest", json!("ftp://shop.test"), 422),
            ("dest", json!("https://user:word@shop.test"), 422),
            ("dest", json!("https://shop.test/a\r\nSet-Cookie: x"), 422),
            ("dest", json!(format!("https://shop.test/{}", "a".repeat(3000))), 422),
            ("link_key", json!("a/b"), 422),
            ("link_key", json!(""), 422),
            ("link_key", json!("v1"), 422),
            ("link_key", json!("PR"), 422),
            ("link_key", json!("x".repeat(65)), 422),
            ("title", json!("t".repeat(256)), 422),
            ("title", json!({}), 422),
        ] {
            let mut body = good.clone();
            body[field] = value;
            app.live.post("/links", &body).await.refused(status, field);
        }
        assert_eq!(app.live.get("/links?include_archived=true").await.items().len(), 0);
    }

    async fn a_link_key_is_taken_in_any_case_in_either_mode(app: TestApp) {
        ada(&app).await;
        let body = json!({ "partner_key": "ada", "dest": "https://shop.test/", "link_key": "Spring" });
        app.live.create("/links", &body).await;
        let again = json!({ "partner_key": "ada", "dest": "https://shop.test/", "link_key": "sprinG" });
        app.live.post("/links", &again).await.refused(409, "link_key");
        let testing = json!({ "partner_key": "gstest", "dest": "https://shop.test/", "link_key": "spring" });
        app.test.post("/links", &testing).await.refused(409, "link_key");
    }

    async fn a_link_changes_and_is_put_away(app: TestApp) {
        ada(&app).await;
        app.live.create("/partnerships", &json!({ "email": "bo@partner.test", "partner_key": "bo" })).await;
        let body = json!({ "partner_key": "ada", "dest": "https://shop.test/a", "link_key": "one" });
        let made = app.live.create("/links", &body).await;
        let path = format!("/links/{}", made["key"].as_str().expect("a key"));
        let changes = json!({ "dest": "https://shop.test/b", "partner_key": "bo", "link_key": "ONE", "title": "T" });
        let changed = app.live.patch(&path, &changes).await.data();
        assert_eq!(changed["dest"], "https://shop.test/b");
        assert_eq!(changed["partner_key"], "bo");
        assert_eq!(changed["link_key"], "ONE");
        app.live.patch(&path, &json!({ "dest": "nowhere" })).await.refused(422, "dest");
        app.live.patch(&path, &json!({ "archived": "yes" })).await.refused(422, "archived");
        assert_eq!(app.live.get(&path).await.data(), changed);

        assert_eq!(app.live.delete(&path).await.data()["archived"], true);
        assert_eq!(app.live.get("/links").await.items().len(), 0);
        assert_eq!(app.live.get(&path).await.data()["archived"], true);
        assert_eq!(app.live.patch(&path, &json!({ "archived": false })).await.data()["archived"], false);
        app.live.delete("/links/link_nothing").await.refused(404, "");
    }

    async fn sixty_links_made_at_once_are_all_made(app: TestApp) {
        ada(&app).await;
        let tasks: Vec<_> = (0..60)
            .map(|number| {
                let caller = app.live.clone();
                let body = json!({ "partner_key": "ada", "dest": "https://shop.test/", "link_key": format!("l-{number}") });
                tokio::spawn(async move { caller.post("/links", &body).await })
            })
            .collect();
        for task in tasks {
            task.await.expect("an answer").data();
        }
        assert_eq!(app.live.get("/links?limit=250").await.items().len(), 60);
    }
}
