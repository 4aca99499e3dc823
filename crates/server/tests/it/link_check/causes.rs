//! Causes that a kept check of the link shows, asked about as a person would.

use super::Checking;
use super::site::{Says, Site};
use crate::on_both_engines;
use crate::support::JOIN;
use serde_json::json;
use std::collections::HashMap;

const EMAIL: &str = "ada@example.com";

/// A partner whose link leads to a page of the shop, and somebody who followed it and signed up without a click.
async fn asked_about(app: &Checking, site: &Site, path: &str) -> crate::support::Answered {
    app.partner("bo").await;
    let link = json!({ "partner_key": "bo", "link_key": "offer", "dest": format!("http://www.shop.test:{}{path}", site.port) });
    app.live.create("/links", &link).await;
    app.live.create("/link_checks", &json!({ "link_key": "offer" })).await;
    app.clock.pass_seconds(60);
    app.click("offer").await;
    app.clock.pass_seconds(600);
    app.join(JOIN, json!({ "email": EMAIL }), json!({})).await;
    app.ask(json!({ "email": EMAIL, "link": "offer" })).await
}

on_both_engines! {
    async fn redirect_drops_parameters(app: Checking) {
        let site = Site::open(HashMap::from([
            ("/sale".to_owned(), Says::redirect(302, "/landing")),
            ("/landing".to_owned(), Says::page("<html><head></head><body>Welcome</body></html>")),
        ]));
        asked_about(&app, &site.await, "/sale").await.names_first("redirect_drops_parameters", "determined");
    }

    async fn snippet_missing_on_landing_page(app: Checking) {
        let site = Site::open(HashMap::from([
            ("/landing".to_owned(), Says::page("<html><head><title>Hi</title></head><body>Welcome</body></html>")),
        ]));
        asked_about(&app, &site.await, "/landing").await.names_first("snippet_missing_on_landing_page", "determined");
    }

    async fn destination_down(app: Checking) {
        let site = Site::open(HashMap::from([("/gone".to_owned(), Says::page("Sorry").status(500))]));
        asked_about(&app, &site.await, "/gone").await.names_first("destination_down", "determined");
    }
}
