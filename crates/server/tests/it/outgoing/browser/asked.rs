//! A link check that is asked to send a browser too (`POST /link_checks`).

use super::site::Names;
use super::snippet::{NAMES, company};
use super::turn;
use crate::support::{TestApp, count};
use serde_json::{Value, json};
use whence::outgoing::browser::BrowserSettings;
use whence::store::Engine;

async fn checking(enabled: bool) -> TestApp {
    let set = |config: &mut whence::config::Config| {
        config.link_check_allow = vec!["127.0.0.1/32".parse().expect("a network")];
        config.browser = BrowserSettings { enabled, ..BrowserSettings::default() };
    };
    TestApp::fresh_with(Engine::Sqlite, set, |app| app.use_resolver(Names::of(&NAMES))).await
}

async fn link(app: &TestApp, dest: &str) {
    app.live.create("/partnerships", &json!({ "partner_key": "bo", "email": "bo@partners.test" })).await;
    app.live.create("/links", &json!({ "partner_key": "bo", "link_key": "spring", "dest": dest })).await;
}

fn found(check: &Value) -> &Value {
    &check["snippet"]["found"]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_finds_what_the_pages_text_does_not_hold_and_the_check_says_so() {
    let _turn = turn().await;
    let app = checking(true).await;
    let site = company(app.link("/v1/"), app.setup.public_key.clone()).await;
    link(&app, &site.at("www.shop.test", "/landing")).await;

    let read = app.live.create("/link_checks", &json!({ "link_key": "spring" })).await;
    assert_ne!(*found(&read), json!(true), "{read:#}");
    let visited = app.live.create("/link_checks", &json!({ "link_key": "spring", "browser": true })).await;
    assert_eq!(*found(&visited), json!(true), "{visited:#}");
    assert_eq!(visited["snippet"]["public_key"], app.setup.public_key, "{visited:#}");
    assert_eq!(visited["problems"], json!([]), "{visited:#}");
    // What was read and what was visited are clicks of ours, and nobody's page view.
    assert_eq!(count(&app.app, "select count(*) from clicks where outcome <> 'own'").await, 0);
    app.app.drain_barrier().await;
    assert_eq!(count(&app.app, "select count(*) from clicks where outcome = 'own'").await, 3);
    assert_eq!(count(&app.app, "select count(*) from visits").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_that_cannot_be_had_is_refused_with_what_to_do() {
    let app = checking(false).await;
    let asked = app.live.post("/link_checks", &json!({ "url": "http://www.shop.test/", "browser": true })).await;
    asked.refused(422, "browser");
    assert!(asked.text.contains("--link-check-browser"), "{}", asked.text);
}
