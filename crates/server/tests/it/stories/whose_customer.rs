//! Claims prove nothing by themselves; what the company's server says does.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::json;

on_both_engines! {
    async fn an_email_match_alone_earns_on_hold(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        let xid = app.click("bo").await;
        app.sign_up(json!({ "email": "ada@example.com" }), Some(&xid)).await;
        let payment = json!({ "customer_email": "ada@example.com", "amount": 10_000, "currency": "EUR" });
        app.live.create("/transactions", &payment).await;
        assert_eq!(app.earned("ada@example.com").await, (1_000, vec!["hold".to_owned()]));
        let reward = &app.live.get("/rewards?status=hold").await.items()[0];
        assert_eq!(reward["hold_reason"], "email_match");
        app.verify().await;
    }

    async fn a_sign_up_told_twice_in_a_moment_is_one(app: TestApp) {
        app.partner("bo").await;
        let xid = app.click("bo").await;
        for _ in 0..2 {
            app.sign_up(json!({ "email": "ada@example.com", "customer_key": "u-1" }), Some(&xid)).await;
        }
        let outcomes = app.live.get("/events?order_by=created_at").await.items();
        let outcomes: Vec<_> = outcomes.iter().map(|event| event["outcome"].as_str().expect("a word")).collect();
        assert_eq!(outcomes, ["recorded", "duplicate"]);
        let customer = app.live.get("/customers/u-1").await.data()["key"].as_str().expect("a key").to_owned();
        let mut conn = app.app.store.read().await.expect("a connection");
        let customer = whence_domain::CustomerId::parse(&customer).expect("a customer's key");
        let claims = whence::store::tracking::claims::list(&mut conn, &app.tenant(), &customer).await;
        assert_eq!(claims.expect("claims").len(), 1);
    }

    async fn a_customer_named_by_the_company_needs_no_click(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        let customer = json!({ "customer_key": "u-1", "email": "ada@example.com", "partner_key": "bo" });
        app.live.create("/customers", &customer).await;
        app.live.create("/transactions", &json!({ "customer_external_key": "u-1", "amount": 999, "currency": "USD" })).await;
        assert_eq!(app.earned("u-1").await, (100, vec!["pending".to_owned()]));
        let attribution = app.live.get("/customers/u-1/attribution").await.data();
        assert_eq!((&attribution["source"], &attribution["reason"]), (&json!("api"), &json!("partner_named_by_server")));
    }

    async fn an_organic_customer_earns_nothing_and_says_so(app: TestApp) {
        app.percent_offer(100_000).await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "ada@example.com", "partner_key": null })).await;
        app.live.create("/transactions", &json!({ "customer_external_key": "u-1", "amount": 999, "currency": "USD" })).await;
        assert_eq!(app.earned("u-1").await, (0, vec![]));
        let attribution = app.live.get("/customers/u-1/attribution").await.data();
        assert_eq!(attribution["partner_key"], json!(null));
        assert_eq!(attribution["source"], "none");
        assert_eq!(attribution["reason"], "no_click");
    }

    async fn giving_a_customer_to_another_partner_moves_what_it_earned(app: TestApp) {
        app.partner("bo").await;
        app.partner("cy").await;
        app.percent_offer(100_000).await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "a@example.com", "partner_key": "bo" })).await;
        app.live.create("/transactions", &json!({ "customer_external_key": "u-1", "amount": 5_000, "currency": "EUR" })).await;
        app.live.patch("/customers/u-1", &json!({ "partner_key": "cy" })).await.data();
        let sum = |items: Vec<serde_json::Value>| items.iter().map(|reward| reward["amount"].as_i64().expect("an amount")).sum::<i64>();
        assert_eq!(sum(app.live.get("/rewards?partner_key=bo").await.items()), 0);
        assert_eq!(sum(app.live.get("/rewards?partner_key=cy").await.items()), 500);
        assert_eq!(app.live.get("/customers/u-1/attribution").await.data()["settled"], true);
        app.verify().await;
    }

    async fn the_window_is_ninety_days_to_the_second(app: TestApp) {
        app.partner("bo").await;
        let kept = app.click("bo").await;
        app.clock.pass_days(89);
        app.sign_up(json!({ "customer_key": "u-1" }), Some(&kept)).await;
        app.clock.pass_days(2);
        app.sign_up(json!({ "customer_key": "u-2" }), Some(&kept)).await;
        assert_eq!(app.live.get("/customers/u-1").await.data()["partner_key"], "bo");
        let late = app.live.get("/customers/u-2/attribution").await.data();
        assert_eq!(late["partner_key"], json!(null));
        assert_eq!(late["touches"][0]["why_code"], "window_closed");
    }

    async fn tests_never_earn_and_never_mix_with_real_data(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        app.test.create("/partnerships", &json!({ "partner_key": "tp", "email": "tp@partners.test" })).await;
        app.test.create("/offers", &json!({ "description": "T", "trigger": "transaction",
            "terms": { "type": "percent", "rate_ppm": 100_000 } })).await;
        app.test.create("/customers", &json!({ "customer_key": "t-1", "email": "t@example.com", "partner_key": "tp" })).await;
        app.test.create("/transactions", &json!({ "customer_external_key": "t-1", "amount": 5_000, "currency": "EUR" })).await;
        assert!(app.test.get("/rewards").await.items().is_empty());
        app.live.get("/customers/t-1").await.refused(404, "");
        assert!(app.live.get("/transactions").await.items().is_empty());
    }

    async fn a_server_to_server_conversion_attributes_by_the_click_id(app: TestApp) {
        app.partner("bo").await;
        let xid = app.click("bo").await;
        let url = app.link("/conversion/xid");
        let body = json!({ "xid": xid, "customer_key": "u-1", "email": "ada@example.com" });
        let send = |token: String| app.browser.post(&url).bearer_auth(token).json(&body).send();
        let refused = send(app.setup.secret_key.clone()).await.expect("an answer");
        assert_eq!(refused.status(), 401, "the API's keys are not the token");
        for _ in 0..2 {
            let answer = send(app.setup.s2s_token.clone()).await.expect("an answer");
            assert_eq!(answer.status(), 200);
            assert_eq!(answer.text().await.expect("a body"), "");
        }
        let attribution = app.live.get("/customers/u-1/attribution").await.data();
        assert_eq!((&attribution["partner_key"], &attribution["source"]), (&json!("bo"), &json!("s2s")));
    }
}
