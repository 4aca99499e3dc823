//! `/api/v2/rewards`.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::{Value, json};

/// A customer of `ada` who paid 100 EUR, of which 20 % are hers.
async fn earned(app: &TestApp) -> Value {
    app.partner("ada").await;
    app.percent_offer(200_000).await;
    app.live.create("/customers", &json!({ "customer_key": "one", "email": "a@x.yz", "partner_key": "ada" })).await;
    let paid = json!({ "customer_external_key": "one", "amount": 10_000, "currency": "EUR", "key": "order-1" });
    app.live.create("/transactions", &paid).await;
    app.live.get("/rewards").await.items()[0].clone()
}

fn path(reward: &Value) -> String {
    format!("/rewards/{}", reward["key"].as_str().expect("a key"))
}

on_both_engines! {
    async fn a_reward_is_reviewed_and_a_decline_stays(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "email": "a@example.com", "partner_key": "bo" })).await;
        app.live.create("/transactions", &json!({ "customer_external_key": "u-1", "amount": 1_000, "currency": "EUR" })).await;
        let reward = app.live.get("/rewards").await.items().remove(0);
        assert_eq!((&reward["amount"], &reward["currency"], &reward["reward_status"]), (&json!(100), &json!("EUR"), &json!("pending")));
        assert_eq!(reward["offer"]["description"], "A share");
        assert_eq!(reward["partnership"]["email"], "bo@partners.test");
        let path = format!("/rewards/{}", reward["key"].as_str().expect("a key"));
        for status in ["hold", "approved"] {
            assert_eq!(app.live.patch(&path, &json!({ "reward_status": status })).await.data()["reward_status"], status);
            app.verify().await;
        }
        app.live.patch(&path, &json!({ "reward_status": "declined" })).await.refused(422, "decline_reason");
        app.live.patch(&path, &json!({ "reward_status": "paid" })).await.refused(422, "reward_status");
        let declined = app.live.patch(&path, &json!({ "reward_status": "declined", "decline_reason": "self-referral" })).await.data();
        assert_eq!((&declined["reward_status"], &declined["decline_reason"]), (&json!("declined"), &json!("self-referral")));
        app.live.patch(&path, &json!({ "reward_status": "approved" })).await.refused(409, "");
        assert_eq!(app.earned("u-1").await.0, 0);
        app.verify().await;
    }

    async fn a_one_off_is_made_once_per_key(app: TestApp) {
        app.partner("bo").await;
        let body = json!({ "partner_key": "bo", "amount": 2_500, "currency": "EUR", "description": "Thanks", "key": "bonus-1" });
        let first = app.live.create("/rewards", &body).await;
        assert_eq!(app.live.create("/rewards", &body).await["key"], first["key"]);
        let back = json!({ "partner_key": "bo", "amount": -500, "currency": "EUR", "description": "Too much" });
        app.live.create("/rewards", &back).await;
        let items = app.live.get("/rewards?partner_key=bo").await.items();
        assert_eq!(items.iter().map(|reward| reward["amount"].as_i64().expect("an amount")).sum::<i64>(), 2_000);
        app.live.post("/rewards", &json!({ "partner_key": "bo", "amount": 1, "description": "x" })).await.refused(422, "currency");
        app.live.post("/rewards", &json!({ "amount": 1, "description": "x" })).await.refused(422, "target");
        app.live.post("/rewards", &json!({ "target": { "key": "nobody", "type": "customer" }, "amount": 1, "description": "x" })).await
            .refused(404, "target.key");
        app.test.post("/rewards", &body).await.refused(422, "");
        app.verify().await;
    }

    async fn a_reward_names_all_that_made_it(app: TestApp) {
        let reward = earned(&app).await;
        assert!(reward["key"].as_str().expect("a key").starts_with("rwrd_"));
        assert_eq!((reward["amount"].clone(), reward["currency"].clone()), (json!(2_000), json!("EUR")));
        assert_eq!(reward["customer"]["external_key"], "one");
        assert_eq!(reward["transaction"]["key"], "order-1");
        assert_eq!(reward["partnership"]["partner_key"], "ada");
        assert!(reward["offer"]["key"].as_str().expect("a key").starts_with("offer_"));
        for query in ["customer_key=one", "partner_key=ada", "limit=1"] {
            assert_eq!(app.live.get(&format!("/rewards?{query}")).await.items(), std::slice::from_ref(&reward), "{query}");
        }
        for query in ["customer_key=two", "partner_key=bo", "status=declined"] {
            assert_eq!(app.live.get(&format!("/rewards?{query}")).await.items().len(), 0, "{query}");
        }
        app.live.get("/rewards?status=maybe").await.refused(422, "status");
    }

    async fn a_reward_is_approved_held_or_declined(app: TestApp) {
        let reward = path(&earned(&app).await);
        let held = app.live.patch(&reward, &json!({ "reward_status": "hold" })).await.data();
        assert_eq!(held["reward_status"], "hold");
        let approved = app.live.patch(&reward, &json!({ "reward_status": "approved" })).await.data();
        assert_eq!(approved["reward_status"], "approved");
        let body = json!({ "reward_status": "declined", "decline_reason": "paid twice" });
        let declined = app.live.patch(&reward, &body).await.data();
        assert_eq!((declined["reward_status"].clone(), declined["decline_reason"].clone()), (json!("declined"), json!("paid twice")));
        for (body, field) in [
            (json!({}), "reward_status"),
            (json!({ "reward_status": "maybe" }), "reward_status"),
            (json!({ "reward_status": 1 }), "reward_status"),
            (json!({ "reward_status": "declined", "decline_reason": "r".repeat(501) }), "decline_reason"),
        ] {
            app.live.patch(&reward, &body).await.refused(422, field);
        }
        app.live.patch("/rewards/nothing", &json!({ "reward_status": "hold" })).await.refused(404, "");
    }

    async fn a_reward_is_made_by_hand_for_a_customer_a_payment_or_a_partner(app: TestApp) {
        earned(&app).await;
        for target in [
            json!({ "target": { "key": "one", "type": "customer" } }),
            json!({ "target": { "key": "order-1", "type": "transaction" } }),
            json!({ "partner_key": "ada", "currency": "USD" }),
        ] {
            let mut body = target.clone();
            body["amount"] = json!(500);
            body["description"] = json!("A thank-you");
            let made = app.live.create("/rewards", &body).await;
            assert_eq!((made["amount"].clone(), made["partnership"]["partner_key"].clone()), (json!(500), json!("ada")), "{target}");
        }
        assert_eq!(app.live.get("/rewards").await.items().len(), 4);
        for (body, status, field) in [
            (json!({ "amount": 5, "description": "x" }), 422, "target"),
            (json!({ "amount": 5, "description": "x", "partner_key": "ada" }), 422, "currency"),
            (json!({ "amount": 5, "description": "x", "target": "one" }), 422, "target"),
            (json!({ "amount": 5, "description": "x", "target": { "key": "one", "type": "lead" } }), 422, "target.type"),
            (json!({ "amount": 5, "description": "x", "target": { "key": "two", "type": "customer" } }), 404, "target.key"),
            (json!({ "amount": 0.5, "description": "x", "partner_key": "ada", "currency": "EUR" }), 422, "amount"),
            (json!({ "description": "x", "partner_key": "ada", "currency": "EUR" }), 422, "amount"),
            (json!({ "amount": 5, "partner_key": "ada", "currency": "EUR" }), 422, "description"),
            (json!({ "amount": 5, "description": "\u{0}", "partner_key": "ada", "currency": "EUR" }), 422, "description"),
        ] {
            app.live.post("/rewards", &body).await.refused(status, field);
        }
        assert_eq!(app.live.get("/rewards").await.items().len(), 4);
    }

    async fn a_reward_is_seen_by_its_own_program_and_mode_alone(app: TestApp) {
        let (_, [other, _]) = app.another_program("Other").await;
        let reward = earned(&app).await;
        for caller in [&app.test, &other] {
            assert_eq!(caller.get("/rewards").await.items().len(), 0);
            caller.patch(&path(&reward), &json!({ "reward_status": "hold" })).await.refused(404, "");
            let body = json!({ "amount": 5, "description": "x", "target": { "key": "order-1", "type": "transaction" } });
            let reply = caller.post("/rewards", &body).await;
            assert_eq!(reply.status.as_u16(), 404, "{}", reply.text);
        }
        assert_eq!(app.live.get("/rewards").await.items(), [reward]);
    }

    async fn rewards_are_found_by_their_group_words_and_reason(app: TestApp) {
        let group = app.live.create("/groups", &json!({ "name": "Agencies" })).await;
        let group = group["key"].as_str().expect("a key").to_owned();
        for (key, description) in [("bo", "Thanks for 100% of it"), ("ada", "Sorry")] {
            app.partner(key).await;
            let body = json!({ "partner_key": key, "amount": 5, "currency": "EUR", "description": description });
            app.live.create("/rewards", &body).await;
        }
        app.live.patch("/partnerships/bo", &json!({ "group_key": group })).await.data();
        let sorry = app.live.get("/rewards?partner_key=ada").await.items().remove(0);
        let decline = json!({ "reward_status": "declined", "decline_reason": "A test" });
        app.live.patch(&self::path(&sorry), &decline).await.data();
        for (filter, found) in [
            (format!("group_key={group}"), "bo"),
            ("keywords=thanks".into(), "bo"),
            ("keywords=100%25".into(), "bo"),
            ("keywords=Sor".into(), "ada"),
            ("decline_reason=A+test".into(), "ada"),
            ("keywords=_hanks".into(), ""),
            ("group_key=grup_x".into(), ""),
            ("invoice_key=invo_x".into(), ""),
        ] {
            let items = app.live.get(&format!("/rewards?{filter}")).await.items();
            let keys: Vec<_> = items.iter().filter_map(|item| item["partnership"]["partner_key"].as_str()).collect();
            assert_eq!(keys.join(","), found, "{filter}");
        }
    }
}
