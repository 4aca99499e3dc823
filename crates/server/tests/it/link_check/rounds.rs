//! The daily round: each destination once a day, however many links lead there.

use super::Checking;
use super::site::{Says, Site};
use crate::on_both_engines;
use crate::support::count;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;
use whence::jobs::check_links::round;

async fn visits(app: &Checking) -> usize {
    round(&app.app, Duration::ZERO).await.expect("a round")
}

on_both_engines! {
    async fn each_destination_is_looked_at_when_made_and_daily_and_shared_by_its_links(app: Checking) {
        let page = Says::page("<title>Shop</title><p>Welcome");
        let site = Site::open(HashMap::from([("/a".into(), page.clone()), ("/b".into(), page)])).await;
        app.live.create("/partnerships", &json!({ "partner_key": "bo", "email": "bo@partners.test" })).await;
        let add = async |key: &str, path: &str| {
            let dest = format!("http://www.shop.test:{}{path}", site.port);
            app.live.create("/links", &json!({ "partner_key": "bo", "link_key": key, "dest": dest })).await
        };
        assert_eq!(visits(&app).await, 1, "the built-in test partner has a link too");
        for (key, path) in [("one", "/a"), ("two", "/a"), ("three", "/a"), ("four", "/b")] {
            add(key, path).await;
        }
        assert_eq!(visits(&app).await, 2, "two destinations");
        assert_eq!(count(&app.app, "select count(*) from link_checks where mode = 'live' and why = 'made'").await, 4);
        assert_eq!(count(&app.app, "select count(*) from link_checks where shared_with is not null").await, 2);
        assert_eq!(visits(&app).await, 0, "nothing is due");
        add("five", "/a").await;
        assert_eq!(visits(&app).await, 0, "a new link shares the day's look");
        assert_eq!(count(&app.app, "select count(*) from link_checks where mode = 'live'").await, 5);
        app.clock.pass_seconds(27 * 3_600);
        assert_eq!(visits(&app).await, 3, "a day later all three again");
        assert_eq!(count(&app.app, "select count(*) from link_checks where mode = 'live' and why = 'daily'").await, 5);
        assert_eq!(site.came.lock().expect("unpoisoned").len(), 4);
        let newest = count(&app.app, "select count(distinct link_id) from link_checks where mode = 'live'").await;
        assert_eq!(newest, 5, "each link has looks of its own");
    }

    async fn a_destination_that_may_not_be_reached_is_a_finding_of_the_round(app: Checking) {
        app.live.create("/partnerships", &json!({ "partner_key": "bo", "email": "bo@partners.test" })).await;
        app.live.create("/links", &json!({ "partner_key": "bo", "link_key": "in", "dest": "http://10.0.0.1/" })).await;
        assert_eq!(visits(&app).await, 2, "the built-in test partner has a link too");
        assert_eq!(count(&app.app, "select count(*) from link_checks where mode = 'live' and reached_at is null").await, 1);
        assert_eq!(visits(&app).await, 0);
    }
}
