//! On every unsafe route, fifty identical requests at once under one key have one effect (`reliability.md` P11).

use crate::on_both_engines;
use crate::support::{Caller, Reply, TestApp, count};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::HashSet;

/// How many at once.
const CROWD: usize = 50;

/// Sends the same request many times at once. Answers what those saw that were served, which must be one and the same, or
/// were told to ask again.
async fn crowd(caller: &Caller, method: &Method, path: &str, key: &str, body: &Value) -> Value {
    let tasks: Vec<_> = (0..CROWD)
        .map(|_| {
            let request = caller.request(method.clone(), path).header("idempotency-key", key).json(body);
            tokio::spawn(Reply::of(request))
        })
        .collect();
    let mut bodies = HashSet::new();
    for task in tasks {
        let reply = task.await.expect("an answer");
        match reply.status {
            StatusCode::OK => drop(bodies.insert(reply.text)),
            StatusCode::CONFLICT => reply.refused(409, "Idempotency-Key"),
            other => panic!("{method} {path}: {other} {}", reply.text),
        }
    }
    assert_eq!(bodies.len(), 1, "{method} {path}: whoever was served saw the same answer");
    let again = Reply::of(caller.request(method.clone(), path).header("idempotency-key", key).json(body)).await;
    assert_eq!(again.headers["idempotency-replayed"], "true", "{method} {path}");
    assert_eq!(Some(&again.text), bodies.iter().next(), "{method} {path}");
    again.data()
}

fn key(object: &Value) -> &str {
    object["key"].as_str().expect("a key")
}

on_both_engines! {
    async fn what_a_crowd_makes_is_made_once(app: TestApp) {
        let terms = json!({ "type": "percent", "rate_ppm": 100_000 });
        let partner = json!({ "email": "ada@partner.test", "partner_key": "ada" });
        for (path, body, made) in [
            ("/partnerships", partner, 1),
            ("/groups", json!({ "name": "Agencies" }), 2),
            ("/links", json!({ "partner_key": "ada", "dest": "https://www.shop.test/" }), 1),
            ("/offers", json!({ "trigger": "transaction", "terms": terms }), 1),
            ("/customers", json!({ "customer_key": "u-1", "partner_key": "ada" }), 1),
            ("/transactions", json!({ "customer_external_key": "u-1", "amount": 1_000, "currency": "EUR" }), 1),
            ("/rewards", json!({ "partner_key": "ada", "currency": "EUR", "amount": 7, "description": "x" }), 2),
        ] {
            crowd(&app.live, &Method::POST, path, "once", &body).await;
            assert_eq!(app.live.get(path).await.items().len(), made, "{path}");
        }
        // A look at a link is kept once, whoever asks again: the list of a link's looks is a page of the dashboard.
        app.live.create("/links", &json!({ "partner_key": "ada", "link_key": "look", "dest": "https://www.shop.test/" })).await;
        crowd(&app.live, &Method::POST, "/link_checks", "once", &json!({ "link_key": "look" })).await;
        assert_eq!(count(&app.app, "select count(*) from link_checks").await, 1);
        app.verify().await;
    }

    async fn what_a_crowd_changes_is_changed_once(app: TestApp) {
        let partner = app.partner("ada").await;
        let offer = app.percent_offer(100_000).await;
        let link = app.live.get("/links").await.items().remove(0);
        let customer = app.live.create("/customers", &json!({ "customer_key": "u-1", "partner_key": "ada" })).await;
        let payment = json!({ "customer_external_key": "u-1", "amount": 1_000, "currency": "EUR", "key": "order-1" });
        app.live.create("/transactions", &payment).await;
        let reward = app.live.get("/rewards").await.items().remove(0);
        let paths = [
            (format!("/rewards/{}", key(&reward)), json!({ "reward_status": "declined", "decline_reason": "x" })),
            (format!("/partnerships/{}", key(&partner)), json!({ "first_name": "Ada" })),
            (format!("/links/{}", key(&link)), json!({ "title": "Spring" })),
            (format!("/offers/{}", key(&offer)), json!({ "description": "Another" })),
            (format!("/customers/{}", key(&customer)), json!({ "name": "Ada" })),
        ];
        for (path, body) in &paths {
            let changed = crowd(&app.live, &Method::PATCH, path, "change", body).await;
            let now = app.live.get(path).await.data();
            assert_eq!(now["updated_at"], changed["updated_at"], "{path} changed once");
        }
        for path in ["/transactions/order-1".to_owned()].iter().chain(paths[1..].iter().map(|(path, _)| path)) {
            crowd(&app.live, &Method::DELETE, path, "away", &json!({})).await;
        }
        app.verify().await;
    }
}
