//! `/events`: everything that arrived.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::json;

on_both_engines! {
    async fn what_arrived_is_listed_with_what_became_of_it(app: TestApp) {
        app.sign_up(json!({ "email": "a@x.yz" }), None).await;
        app.stripe("evt_1", "payment_intent.created", &json!({ "id": "pi_1", "object": "payment_intent" })).await;
        let events = app.live.get("/events").await.items();
        let sources: Vec<_> = events.iter().map(|event| event["source"].as_str().expect("a source")).collect();
        assert!(sources.contains(&"snippet") && sources.contains(&"stripe"), "{events:?}");
        for event in &events {
            for field in ["key", "kind", "outcome", "cause", "source"] {
                assert!(event[field].is_string(), "{field} of {event}");
            }
            assert!(event["created_at"].is_i64());
        }
        let stripe = app.live.get("/events?source=stripe").await.items();
        assert_eq!(stripe.len(), 1);
        assert_eq!(stripe[0]["delivery_key"], "evt_1");
        let key = stripe[0]["key"].as_str().expect("a key");
        let older = app.live.get(&format!("/events?starting_after={key}")).await.items();
        assert!(older.iter().all(|event| event["source"] != "stripe"));
        assert_eq!(app.test.get("/events").await.items().len(), 0);
        app.live.get("/events?starting_after=x").await.refused(422, "starting_after");
        app.live.get("/events?kind=%00").await.refused(422, "kind");
        let told = app.live.get("/events?cause=signup_told").await.items();
        assert_eq!(told.iter().map(|event| &event["kind"]).collect::<Vec<_>>(), ["signup"]);
        assert_eq!(app.live.get("/events?cause=nothing_for_us&outcome=ignored").await.items().len(), 1);
        assert!(app.live.get("/events?cause=no_such_cause").await.items().is_empty());
        app.live.get("/events?cause=%00").await.refused(422, "cause");
    }
}
