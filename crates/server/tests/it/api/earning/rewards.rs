//! `/api/v2/rewards`.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::json;

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
}
