//! A partner's link is clicked, the visitor signs up and pays, the partner earns; money given back is taken back.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::json;

on_both_engines! {
    async fn a_click_becomes_a_commission_and_a_refund_takes_its_share_back(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(200_000).await;
        let xid = app.click("bo").await;
        app.sign_up(json!({ "email": "Ada@Example.com", "customer_key": "u-1", "name": "Ada Park" }), Some(&xid)).await;
        let customer = app.live.get("/customers/u-1").await.data();
        assert_eq!(customer["confirmed"], false);
        assert_eq!(customer["partner_key"], "bo");
        assert_eq!(customer["email"], "ada@example.com");
        assert_eq!(app.earned("u-1").await, (0, vec![]));

        let told = json!({ "id": "cus_S1", "email": "ada@example.com", "metadata": { "customer_key": "u-1" } });
        app.stripe("evt_1", "customer.created", &told).await;
        let charge = json!({ "id": "ch_1", "customer": "cus_S1", "amount": 4999, "captured": true, "currency": "eur",
            "created": app.seconds() });
        app.stripe("evt_2", "charge.succeeded", &charge).await;
        app.stripe("evt_2", "charge.succeeded", &charge).await;
        app.stripe("evt_3", "charge.captured", &charge).await;
        assert_eq!(app.earned("u-1").await, (1_000, vec!["pending".to_owned()]), "20 % of 49.99, once");
        assert_eq!(app.live.get("/customers/u-1").await.data()["confirmed"], true);

        let mut refunded = charge.clone();
        for (event, total, left) in [("evt_4", 1_999, 600), ("evt_5", 1_999, 600), ("evt_6", 4_999, 0)] {
            refunded["amount_refunded"] = json!(total);
            app.clock.pass_seconds(2);
            app.stripe(event, "charge.refunded", &refunded).await;
            assert_eq!(app.earned("u-1").await.0, left, "after {total} of 4999 was given back");
        }
        app.verify().await;
    }

    async fn the_attribution_says_who_won_and_why_the_others_did_not(app: TestApp) {
        app.partner("bo").await;
        app.partner("cy").await;
        let first = app.click("bo").await;
        let second = app.click("cy").await;
        app.sign_up(json!({ "customer_key": "u-1" }), Some(&first)).await;
        app.sign_up(json!({ "customer_key": "u-1" }), Some(&second)).await;
        let attribution = app.live.get("/customers/u-1/attribution").await.data();
        assert_eq!(attribution["partner_key"], "cy");
        assert_eq!(attribution["xid"], second.as_str());
        assert_eq!(attribution["source"], "click");
        assert_eq!(attribution["settled"], false);
        let touches = attribution["touches"].as_array().expect("touches");
        let won: Vec<_> = touches.iter().map(|touch| (touch["partner_key"].as_str(), touch["won"].as_bool())).collect();
        assert_eq!(won, [(Some("cy"), Some(true)), (Some("bo"), Some(false))]);
        assert!(touches.iter().all(|touch| touch["why"].as_str().is_some_and(|why| why.ends_with('.'))));
    }

    async fn a_sign_up_is_attributed_before_its_click_is_drained(app: TestApp) {
        app.partner("bo").await;
        for number in 0..10 {
            let key = format!("u-{number}");
            let xid = app.click("bo").await;
            app.sign_up(json!({ "customer_key": key }), Some(&xid)).await;
            assert_eq!(app.live.get(&format!("/customers/{key}")).await.data()["partner_key"], "bo");
        }
    }

    async fn forged_and_foreign_click_ids_attribute_nothing(app: TestApp) {
        app.partner("bo").await;
        let genuine = app.click("bo").await;
        let mut forged = genuine.clone().into_bytes();
        forged[20] = if forged[20] == b'a' { b'b' } else { b'a' };
        let forged = String::from_utf8(forged).expect("letters and digits");
        app.sign_up(json!({ "customer_key": "u-1", "partner_key": "bo" }), Some(&forged)).await;
        let customer = app.live.get("/customers/u-1").await.data();
        assert_eq!(customer["partner_key"], json!(null), "anybody can type a partner key");
        assert_eq!(customer["source_type"], "none");

        let (other, _) = app.another_program("Other").await;
        let body = json!({ "public_key": other.public_key, "data": { "customer_key": "o-1" }, "xid": genuine });
        let request = app.browser.post(format!("{}/v1/signup", app.base)).json(&body);
        assert_eq!(request.send().await.expect("an answer").status(), 202);
        let foreign = app.caller(&other.public_key, &other.secret_key).get("/customers/o-1").await.data();
        assert_eq!(foreign["partner_key"], json!(null));
    }
}
