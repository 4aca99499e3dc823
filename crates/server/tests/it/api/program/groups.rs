//! `/groups`.

use crate::on_both_engines;
use crate::support::TestApp;
use serde_json::json;

on_both_engines! {
    async fn a_new_program_has_one_default_group(app: TestApp) {
        let groups = app.live.get("/groups").await.items();
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0]["default"], true);
        assert_eq!(groups[0]["slug"], "default");
        assert!(groups[0]["key"].as_str().expect("a key").starts_with("grup_"));
    }

    async fn a_group_is_made_once(app: TestApp) {
        let made = app.live.create("/groups", &json!({ "name": "Agencies & Co" })).await;
        assert_eq!(made["slug"], "agencies-co");
        app.live.post("/groups", &json!({ "name": "x", "slug": "AGENCIES-co" })).await.refused(409, "slug");
        app.live.post("/groups", &json!({ "name": "€" })).await.refused(422, "slug");
        assert_eq!(app.test.get("/groups").await.items().len(), 2, "both modes have the same");
    }
}
