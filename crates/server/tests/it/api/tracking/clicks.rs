//! `/clicks`, made by real requests to real links.

use crate::on_both_engines;
use crate::support::{Reply, TestApp};
use serde_json::{Value, json};

const BROWSER: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

/// A partner `ada` with a link `spring`.
async fn linked(app: &TestApp) {
    app.live.create("/partnerships", &json!({ "email": "ada@partner.test", "partner_key": "ada" })).await;
    let link = json!({ "partner_key": "ada", "dest": "https://www.shop.test/a?x=1", "link_key": "spring" });
    app.live.create("/links", &link).await;
}

/// Follows a link of the program; answers the click's id.
async fn click(app: &TestApp, path: &str, cookie: &str) -> String {
    let request = app.browser.get(app.link(path)).header("user-agent", BROWSER).header("cookie", cookie);
    let reply = Reply::of(request).await;
    assert_eq!(reply.status.as_u16(), 302, "{}", reply.text);
    let location = reply.headers["location"].to_str().expect("an address");
    let address = url::Url::parse(location).expect("an address");
    let (_, xid) = address.query_pairs().find(|(name, _)| name == "ps_xid").expect("a click id");
    xid.into_owned()
}

fn xids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["xid"].as_str().expect("an id")).collect()
}

on_both_engines! {
    async fn a_click_can_be_read_as_soon_as_it_is_answered(app: TestApp) {
        linked(&app).await;
        let first = click(&app, "/spring?sid=blog&sid2=top", "").await;
        let read = app.live.get(&format!("/clicks/{first}")).await.data();
        assert_eq!(read["xid"], first.as_str());
        assert_eq!(read["link_key"], "spring");
        assert_eq!(read["partner_key"], "ada");
        assert_eq!(read["outcome"], "counted");
        assert_eq!(read["sub_ids"], json!(["blog", "top"]));
        assert_eq!(read["earlier_xids"], json!([]));
        assert!(read["device"].is_string() && read["created_at"].is_i64());
        let second = click(&app, "/spring", &format!("ps_xid={first}")).await;
        let read = app.live.get(&format!("/clicks/{second}")).await.data();
        assert_eq!(read["earlier_xids"], json!([first]));
        assert_eq!(xids(&app.live.get("/clicks").await.items()), [second, first]);
    }

    async fn clicks_are_paged_and_filtered(app: TestApp) {
        linked(&app).await;
        let mut made = Vec::new();
        for _ in 0..3 {
            made.push(click(&app, "/spring", "").await);
        }
        made.reverse();
        let page = app.live.get("/clicks?limit=2&count=1").await.data();
        assert_eq!(xids(page["items"].as_array().expect("a list")), made[..2]);
        assert_eq!((page["has_more"].clone(), page["total"].clone()), (json!(true), json!(3)));
        let rest = app.live.get(&format!("/clicks?limit=2&starting_after={}", made[1])).await.items();
        assert_eq!(xids(&rest), made[2..]);
        let back = app.live.get(&format!("/clicks?limit=2&ending_before={}", made[2])).await.items();
        assert_eq!(xids(&back), made[..2]);
        assert_eq!(app.live.get("/clicks?partner_key=ada&link_key=SPRING").await.items().len(), 3);
        for none in ["partner_key=bo", "link_key=other", "outcome=bot", "max_created=1"] {
            let data = app.live.get(&format!("/clicks?count=true&{none}")).await.data();
            assert_eq!((data["items"].clone(), data["total"].clone()), (json!([]), json!(0)), "{none}");
        }
        for (query, field) in [("outcome=maybe", "outcome"), ("starting_after=x", "starting_after"), ("count=2", "count")] {
            app.live.get(&format!("/clicks?{query}")).await.refused(422, field);
        }
    }

    async fn a_click_is_seen_by_its_own_program_and_mode_alone(app: TestApp) {
        linked(&app).await;
        let (_, [other, _]) = app.another_program("Other").await;
        let xid = click(&app, "/spring", "").await;
        for caller in [&app.test, &other] {
            caller.get(&format!("/clicks/{xid}")).await.refused(404, "");
            assert_eq!(caller.get("/clicks").await.items().len(), 0);
            assert_eq!(caller.get(&format!("/clicks?starting_after={xid}")).await.items().len(), 0);
        }
        let testing = click(&app, "/gstest", "").await;
        assert_eq!(xids(&app.test.get("/clicks").await.items()), [testing]);
        app.live.get("/clicks/00000000000000000000000000000000").await.refused(404, "");
    }

    async fn requests_that_led_nowhere_are_listed_with_the_reason(app: TestApp) {
        linked(&app).await;
        let key = app.live.get("/links").await.items()[0]["key"].as_str().expect("a key").to_owned();
        app.live.delete(&format!("/links/{key}")).await.data();
        for (path, status) in [("/spring", 410), ("/nowhere", 404), ("/spring", 410)] {
            let reply = Reply::of(app.browser.get(app.link(path)).header("user-agent", BROWSER)).await;
            assert_eq!(reply.status.as_u16(), status);
        }
        let inactive = app.live.get("/clicks?outcome=inactive&count=1&limit=1").await.data();
        assert_eq!((inactive["total"].clone(), inactive["has_more"].clone()), (json!(2), json!(true)));
        let first = &inactive["items"][0];
        assert_eq!((first["link_key"].clone(), first["partner_key"].clone()), (json!("spring"), json!("ada")));
        assert_eq!(first["xid"], Value::Null);
        assert!(first["reason"].is_string());
        let cursor = first["key"].as_str().expect("a key");
        let rest = app.live.get(&format!("/clicks?outcome=inactive&starting_after={cursor}")).await.items();
        assert_eq!(rest.len(), 1);
        assert_ne!(rest[0]["key"], first["key"]);
        let unknown = app.live.get("/clicks?outcome=unknown").await.items();
        assert_eq!((unknown.len(), unknown[0]["link_key"].clone()), (1, json!("nowhere")));
        assert_eq!(app.live.get("/clicks?outcome=unknown&partner_key=ada").await.items().len(), 0);
        assert_eq!(app.test.get("/clicks?outcome=inactive").await.items().len(), 0);
        app.live.get("/clicks?outcome=unknown&starting_after=miss_x").await.refused(422, "starting_after");
        assert_eq!(app.live.get("/clicks").await.items().len(), 0);
    }

    async fn a_change_of_a_link_is_served_at_once(app: TestApp) {
        linked(&app).await;
        let key = app.live.get("/links").await.items()[0]["key"].as_str().expect("a key").to_owned();
        let location = async || {
            let reply = Reply::of(app.browser.get(app.link("/spring")).header("user-agent", BROWSER)).await;
            let location = reply.headers.get("location").map(|value| value.to_str().expect("text").to_owned());
            (reply.status.as_u16(), location.unwrap_or_default())
        };
        assert!(location().await.1.starts_with("https://www.shop.test/a?x=1&"));
        app.live.patch(&format!("/links/{key}"), &json!({ "dest": "https://www.shop.test/b" })).await.data();
        assert!(location().await.1.starts_with("https://www.shop.test/b?"));
        app.live.delete(&format!("/links/{key}")).await.data();
        assert_eq!(location().await.0, 410);
        app.live.patch(&format!("/links/{key}"), &json!({ "archived": false })).await.data();
        assert_eq!(location().await.0, 302);
        app.live.delete("/partnerships/ada").await.data();
        assert_eq!(location().await.0, 410, "links of a partner that left lead nowhere");
    }
}
