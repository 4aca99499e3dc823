//! Asking for a look: what comes back, what is refused, and that our own look never counts.

use super::Checking;
use super::site::{Says, Site};
use crate::on_both_engines;
use crate::support::count;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::HashMap;

async fn shop() -> Site {
    let page = Says::page("<!doctype html><title>Shop</title><p>Welcome");
    let moved = Says::redirect(302, "/bare");
    Site::open(HashMap::from([("/kept".into(), page.clone()), ("/bare".into(), page), ("/moved".into(), moved)])).await
}

async fn link(app: &Checking, key: &str, dest: &str) -> Value {
    if app.live.get("/partnerships/bo").await.status == StatusCode::NOT_FOUND {
        app.live.create("/partnerships", &json!({ "partner_key": "bo", "email": "bo@partners.test" })).await;
    }
    app.live.create("/links", &json!({ "partner_key": "bo", "link_key": key, "dest": dest })).await
}

fn causes(check: &Value) -> Vec<&str> {
    check["problems"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|problem| problem["cause"].as_str().expect("a cause"))
        .collect()
}

fn line<'a>(check: &'a Value, name: &str) -> &'a Value {
    let lines = check["checklist"].as_array().expect("a list");
    lines.iter().find(|line| line["line"] == name).unwrap_or_else(|| panic!("no line {name}: {check:#}"))
}

on_both_engines! {
    async fn a_link_is_followed_hop_by_hop_and_kept(app: Checking) {
        let site = shop().await;
        link(&app, "spring", &format!("http://www.shop.test:{}/moved?a=1", site.port)).await;
        let check = app.live.create("/link_checks", &json!({ "link_key": "spring" })).await;
        let hops = check["hops"].as_array().expect("a list");
        let statuses: Vec<_> = hops.iter().map(|hop| hop["status"].as_i64().expect("a status")).collect();
        assert_eq!(statuses, [302, 302, 200]);
        assert_eq!(hops[0]["url"], app.link("/spring"));
        assert_eq!(hops[1]["lost"], json!(["ps_partner_key", "ps_xid", "gspk", "gsxid"]));
        assert_eq!(check["final_url"], format!("http://www.shop.test:{}/bare", site.port));
        assert_eq!(check["partner_key"], "bo");
        assert_eq!(causes(&check), ["redirect_drops_parameters", "snippet_missing_on_landing_page"]);
        assert_eq!((line(&check, "partner_key")["verdict"].clone(), line(&check, "click")["verdict"].clone()), (json!("fine"), json!("fine")));
        assert_eq!((check["snippet"]["found"].clone(), check["link_key"].clone()), (json!(false), json!("spring")));
        let again = app.live.get(&format!("/link_checks/{}", check["key"].as_str().expect("a key"))).await.data();
        assert_eq!(again, check);
        // The same by its address.
        let by_address = app.live.create("/link_checks", &json!({ "url": app.link("/spring") })).await;
        assert_eq!(by_address["link_key"], "spring");
        assert_eq!(count(&app.app, "select count(*) from link_checks").await, 2);
    }

    async fn our_own_look_is_a_click_of_ours_and_never_counts(app: Checking) {
        let site = shop().await;
        link(&app, "spring", &format!("http://www.shop.test:{}/kept", site.port)).await;
        let check = app.live.create("/link_checks", &json!({ "link_key": "spring" })).await;
        let xid = check["xid"].as_str().expect("a click id");
        let click = app.live.get(&format!("/clicks/{xid}")).await.data();
        assert_eq!(click["outcome"], "own");
        let clicks = app.live.get("/clicks?outcome=counted&count=1").await.data();
        assert_eq!(clicks["total"], 0);
        // A sign-up that shows it belongs to nobody.
        app.sign_up(json!({ "email": "eve@example.test" }), Some(xid)).await;
        let customer = app.live.get("/customers/eve@example.test").await.data();
        assert_eq!(customer["partner_key"], Value::Null);
        let asked = app.browser.get(app.link("/spring")).header("user-agent", "Whence-Link-Check/9").send().await.expect("an answer");
        assert_eq!(asked.headers()["whence-outcome"], "own");
    }

    async fn what_may_not_be_reached_is_refused_with_a_sentence(app: Checking) {
        for url in ["http://127.0.0.2/", "http://two.test/", "http://mixed.test/", "http://[::1]/", "http://10.0.0.1/", "http://169.254.169.254/latest", "ftp://shop.test/", "http://ada@shop.test/", "http://2130706434/"] {
            let reply = app.live.post("/link_checks", &json!({ "url": url })).await;
            reply.refused(422, "url");
        }
        link(&app, "inside", "http://127.0.0.2/").await;
        app.live.post("/link_checks", &json!({ "link_key": "inside" })).await.refused(422, "url");
        app.live.post("/link_checks", &json!({})).await.refused(422, "url");
        app.live.post("/link_checks", &json!({ "url": "http://a.test", "link_key": "b" })).await.refused(422, "link_key");
        app.live.post("/link_checks", &json!({ "url": 5 })).await.refused(422, "url");
        app.live.post("/link_checks", &json!({ "link_key": "nobodys" })).await.refused(404, "link_key");
        app.test.post("/link_checks", &json!({ "link_key": "inside" })).await.refused(404, "link_key");
        assert_eq!(count(&app.app, "select count(*) from link_checks").await, 0);
    }

    async fn a_page_of_ones_own_is_not_held_against_the_programs_hosts_but_a_link_is(app: Checking) {
        let site = shop().await;
        let elsewhere = format!("http://www.elsewhere.test:{}/kept", site.port);
        let check = app.live.create("/link_checks", &json!({ "url": elsewhere })).await;
        assert_eq!(causes(&check), ["snippet_missing_on_landing_page"]);
        assert_eq!(check["partner_key"], Value::Null);
        link(&app, "away", &elsewhere).await;
        let check = app.live.create("/link_checks", &json!({ "link_key": "away" })).await;
        assert_eq!(causes(&check), ["destination_not_allowed", "snippet_missing_on_landing_page"]);
        let check = app.live.create("/link_checks", &json!({ "url": format!("http://github.io:{}/kept", site.port) })).await;
        assert_eq!(causes(&check), ["snippet_missing_on_landing_page", "public_suffix_host"]);
    }

    async fn where_no_browser_can_be_had_the_reason_is_told(app: Checking) {
        let site = shop().await;
        let url = format!("http://www.shop.test:{}/kept", site.port);
        let reply = app.live.post("/link_checks", &json!({ "url": url, "browser": true })).await;
        reply.refused(422, "browser");
        assert_eq!(count(&app.app, "select count(*) from link_checks").await, 0);
    }

    async fn an_inactive_link_and_a_page_that_is_away_are_told_apart(app: Checking) {
        let site = shop().await;
        let made = link(&app, "spring", &format!("http://www.shop.test:{}/kept", site.port)).await;
        let port = site.port;
        drop(site);
        tokio::task::yield_now().await;
        let check = app.live.create("/link_checks", &json!({ "link_key": "spring" })).await;
        assert!(causes(&check).is_empty(), "{check:#}");
        assert_eq!((check["verdict"].clone(), check["unreached"]["code"].clone()), (json!("unknown"), json!("unreachable")));
        assert_ne!(port, 0);
        app.live.delete(&format!("/links/{}", made["key"].as_str().expect("a key"))).await.data();
        let check = app.live.create("/link_checks", &json!({ "link_key": "spring" })).await;
        assert_eq!(causes(&check), ["link_inactive"]);
    }

    async fn a_tag_that_an_earlier_look_found_is_gone_not_missing(app: Checking) {
        let site = shop().await;
        let url = format!("http://www.shop.test:{}/kept", site.port);
        let tag = format!("<script src=\"{}/v1/\" onload=\"growsumo._initialize('{}')\"></script>", app.link(""), app.setup.public_key);
        site.answer(HashMap::from([("/kept".into(), Says::page(format!("<title>Shop</title>{tag}<p>Welcome")))]));
        let check = app.live.create("/link_checks", &json!({ "url": url })).await;
        assert_eq!((causes(&check), check["snippet"]["environment"].clone()), (vec![], json!("live")));
        site.answer(HashMap::from([("/kept".into(), Says::page("<title>Shop</title><p>Welcome"))]));
        let check = app.live.create("/link_checks", &json!({ "url": url })).await;
        assert_eq!(causes(&check), ["snippet_broken"]);
    }
}
