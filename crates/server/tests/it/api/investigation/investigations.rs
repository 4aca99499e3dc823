//! `/investigations`: what may be asked, and the form of the answer. What is found is told in `stories/causes.rs`.

use crate::on_both_engines;
use crate::support::{TestApp, count};
use axum::http::Method;
use serde_json::json;

on_both_engines! {
    async fn a_question_needs_somebody_or_something_to_be_about(app: TestApp) {
        for nothing in [json!({}), json!({ "around": 1 }), json!({ "browser": "Safari", "same_browser": true }), json!({ "name": " " })] {
            app.live.post("/investigations", &nothing).await.refused(422, "email");
        }
        for (field, value) in [
            ("email", json!(5)),
            ("email", json!("no address")),
            ("name", json!({})),
            ("customer_key", json!(["u-1"])),
            ("order", json!(17)),
            ("customer", json!("u-1")),
            ("partner_key", json!(true)),
            ("link", json!(1)),
            ("around", json!("yesterday")),
            ("from", json!(1.5)),
            ("to", json!("x")),
            ("browser", json!(7)),
            ("device", json!([])),
            ("same_browser", json!("yes")),
            ("name", json!("x".repeat(401))),
        ] {
            let mut question = json!({ "email": "ada@example.com" });
            question[field] = value;
            app.live.post("/investigations", &question).await.refused(422, field);
        }
        app.live.post("/investigations", &json!({ "email": "a@b.cd", "from": 2, "to": 1 })).await.refused(422, "from");
        assert_eq!(count(&app.app, "select count(*) from investigations").await, 0);
    }

    async fn names_that_nobody_has_are_an_answer(app: TestApp) {
        let asked = app.ask(json!({ "partner_key": "nobody", "link": "https://elsewhere.test/x" })).await;
        assert_eq!(asked.body["question"]["partner_unknown"], true);
        assert_eq!(asked.body["question"]["link_unknown"], true);
        assert_eq!(asked.body.get("partner_key"), None);
        assert!(!asked.body["verdicts"].as_array().expect("verdicts").is_empty());
        for odd in ["\u{202e}", "%", "' or 1=1 --", "*", "\u{fffd}", "İ"] {
            app.ask(json!({ "name": odd, "order": odd, "customer_key": odd, "link": odd, "partner_key": odd })).await;
        }
        app.ask(json!({ "email": "ada@example.com", "around": 253_402_300_799_000_i64 })).await;
        app.ask(json!({ "email": "ada@example.com", "from": -253_402_300_799_000_i64, "to": -253_402_300_799_000_i64 })).await;
    }

    async fn a_partner_is_known_by_key_base64_and_link(app: TestApp) {
        app.partner("bo").await;
        for question in [
            json!({ "partner_key": "bo" }),
            json!({ "partner_key": "Ym8=" }),
            json!({ "partner_key": "Ym8" }),
            json!({ "partner_key": "bo@partners.test" }),
            json!({ "link": "bo" }),
            json!({ "link": app.link("/BO") }),
            json!({ "link": "https://www.shop.test/welcome?ps_partner_key=Ym8%3D" }),
        ] {
            assert_eq!(app.ask(question.clone()).await.body["partner_key"], "bo", "{question}");
        }
    }

    async fn an_investigation_is_its_tenants_alone(app: TestApp) {
        let (_, [other, other_test]) = app.another_program("Other").await;
        app.company_names("u-1", "ada@example.com").await;
        let asked = app.ask(json!({ "email": "ada@example.com" })).await;
        assert_eq!(asked.body["customer_key"], "u-1");
        let path = format!("/investigations/{}", asked.body["key"].as_str().expect("a key"));
        for caller in [&app.test, &other, &other_test] {
            caller.get(&path).await.refused(404, "");
            let answer = caller.create("/investigations", &json!({ "email": "ada@example.com" })).await;
            assert_eq!(answer.get("customer_key"), None);
            let picked = caller.create("/investigations", &json!({ "customer": asked.body["customer"] })).await;
            assert_eq!(picked.get("customer"), None);
        }
        app.live.get("/investigations/invest_x").await.refused(404, "");
    }

    async fn a_question_asked_twice_under_one_key_is_one(app: TestApp) {
        let mut answers = Vec::new();
        for _ in 0..2 {
            let request = app.live.request(Method::POST, "/investigations").header("idempotency-key", "once");
            answers.push(crate::support::Reply::of(request.json(&json!({ "name": "Ada" }))).await.data());
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(count(&app.app, "select count(*) from investigations").await, 1);
    }
}
