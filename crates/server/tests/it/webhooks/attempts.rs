//! Deliveries that are refused leave a count and a reason, and nothing else.

use crate::on_both_engines;
use crate::support::{Reply, TestApp, count};
use serde_json::json;

on_both_engines! {
    async fn every_refusal_is_counted_with_its_reason_and_seen_at_once(app: TestApp) {
        let object = json!({ "id": "cus_1", "email": "ada@park.test" });
        app.deliver("evt_1", "customer.created", &object, "whsec_wrong").await.refused(400, "");
        app.deliver("evt_1", "customer.created", &object, "whsec_wrong").await.refused(400, "");
        let url = format!("{}{}", app.base, app.setup.stripe_webhook_path);
        Reply::of(app.browser.post(&url).body("{}")).await.refused(400, "");
        for header in ["nonsense", "t=1,v1=00"] {
            Reply::of(app.browser.post(&url).header("stripe-signature", header).body("{}")).await.refused(400, "");
        }
        Reply::of(app.browser.post(&url).body(vec![b' '; 2_000_000])).await.refused(413, "");
        let unknown = format!("{}/webhooks/stripe/hook_00000000000000000000000000", app.base);
        Reply::of(app.browser.post(&unknown).body("{}")).await.refused(404, "");
        Reply::of(app.browser.post(format!("{}/webhooks/stripe/hook_ada", app.base)).body("{}")).await.refused(404, "");

        let answer = app.live.get("/events").await.data();
        assert_eq!(answer["items"], json!([]), "what nobody verified occupies no event");
        let refused = answer["refused"].as_array().expect("groups");
        let mut causes: Vec<_> = refused.iter().map(|group| (group["cause"].as_str().expect("a code"), group["requests"].as_i64())).collect();
        causes.sort_unstable();
        assert_eq!(causes, [("body_too_large", Some(1)), ("signature_malformed", Some(1)), ("signature_missing", Some(1)),
            ("signature_stale", Some(1)), ("signature_wrong", Some(2))]);
        assert!(refused.iter().all(|group| group["source"] == "stripe" && group["outcome"] == "refused" && group["created_at"].is_i64()));
        assert_eq!(app.live.get("/events?cause=signature_wrong").await.data()["refused"].as_array().map(Vec::len), Some(1));
        assert_eq!(app.test.get("/events").await.data()["refused"], json!([]), "they were sent to the live address");
        let nobodys = count(&app.app, "select cast(sum(attempts) as bigint) from webhook_attempts where program_id is null").await;
        assert_eq!(nobodys, 2);
        let told = count(&app.app, "select count(*) from webhook_attempts where samples like '%ada%' or samples like '%whsec%'").await;
        assert_eq!(told, 0, "no body and no secret is kept");
        assert_eq!(count(&app.app, "select count(*) from webhook_deliveries").await, 0);
    }

    async fn a_genuine_delivery_that_is_no_event_is_counted_too(app: TestApp) {
        let secret = app.setup.stripe_webhook_secret.clone();
        app.deliver_text("[]", &secret).await.refused(400, "");
        let refused = app.live.get("/events").await.data()["refused"].clone();
        assert_eq!((&refused[0]["cause"], &refused[0]["kind"]), (&json!("not_readable"), &json!("webhook_attempt")));
        assert!(refused[0]["why"].as_str().is_some_and(|why| why.ends_with('.')));
    }
}
