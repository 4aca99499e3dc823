//! Somebody looks where a link leads.

use super::journey::Browser;
use crate::link_check::Checking;
use crate::on_both_engines;
use crate::support::count;
use axum::http::StatusCode;
use serde_json::json;

on_both_engines! {
    async fn a_link_is_checked_from_its_partners_page_and_from_integrations(app: Checking) {
        let partner = app.live.create("/partnerships", &json!({ "partner_key": "bo", "email": "bo@partners.test" })).await;
        let link = json!({ "partner_key": "bo", "link_key": "bo", "dest": "http://www.shop.test:9/landing" });
        let link = app.live.create("/links", &link).await;
        let (partner, link) = (partner["key"].as_str().expect("a key"), link["key"].as_str().expect("a key"));
        let mut browser = Browser::of(&app);
        browser.sign_in().await;
        let page = browser.open(&format!("/dashboard/partners/{partner}")).await;
        assert!(page.html.contains(&format!("/dashboard/links/{link}/check")) && !page.html.contains("checked <time"));
        let shown = browser.submit(&format!("/dashboard/links/{link}/check"), &[("partner", partner)]).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
        // Nobody listens at that port.
        assert!(shown.html.contains("could not be connected to") && shown.html.contains("Not determined"), "{}", shown.html);
        let page = browser.open(&format!("/dashboard/partners/{partner}")).await;
        assert!(page.html.contains("checked <time"), "the last check stands beside the link");
        browser.open("/dashboard/integrations/checks").await;
        let refused = browser.submit("/dashboard/integrations/checks", &[("address", "http://10.0.0.1/")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("in a private network"), "{}", refused.html);
        let shown = browser.submit("/dashboard/integrations/checks", &[("address", &app.link("/bo"))]).await;
        assert!(shown.html.contains("The link is active.") && shown.html.contains("Other checks of this link"), "{}", shown.html);
        assert_eq!(count(&app.app, "select count(*) from link_checks").await, 2);
        // Of the other mode there is nothing to see.
        let elsewhere = browser.submit("/dashboard/links/link_00000000000000000000000000/check", &[]).await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    }
}
