//! Causes that need no browser of their own: each is made to happen through the routes that browsers, companies and payment
//! providers use, and asked about as a person would. The right one must be named first, with the right certainty.

use crate::on_both_engines;
use crate::support::{FIREFOX, JOIN, LANDING, TestApp};
use serde_json::{Value, json};

const EMAIL: &str = "ada@example.com";

/// What somebody who wrote in knows: the customer's address, and who asks.
fn about(email: &str) -> Value {
    json!({ "email": email, "partner_key": "bo" })
}

/// A partner, and ordinary traffic around whatever happens: somebody else who came by the link and signed up.
async fn ordinary(app: &TestApp) {
    app.partner("bo").await;
    let xid = app.click("bo").await;
    app.land(LANDING, Some(&xid), json!({})).await;
    app.join(
        JOIN,
        json!({ "email": "other@example.com", "name": "Some Body" }),
        json!({ "xid": xid, "xid_source": "cookie" }),
    )
    .await;
    app.clock.pass_seconds(3_600);
}

on_both_engines! {
    async fn another_partner_clicked_later(app: TestApp) {
        ordinary(&app).await;
        app.partner("cy").await;
        let first = app.click("bo").await;
        app.clock.pass_days(2);
        let cookie = format!("ps_xid={first}");
        let second = app.click_with("cy", &[("user-agent", FIREFOX), ("cookie", &cookie)]).await;
        app.join(JOIN, json!({ "email": EMAIL }), json!({ "xid": second, "xid_source": "cookie" })).await;
        app.ask(about(EMAIL)).await.names_first("another_partner_clicked_later", "determined");
    }

    async fn cookie_expired(app: TestApp) {
        ordinary(&app).await;
        let xid = app.click("bo").await;
        app.clock.pass_days(95);
        app.join(JOIN, json!({ "email": EMAIL }), json!({ "xid": xid, "xid_source": "url" })).await;
        app.ask(about(EMAIL)).await.names_first("cookie_expired", "determined");
    }

    async fn cookies_blocked(app: TestApp) {
        ordinary(&app).await;
        let xid = app.click("bo").await;
        app.land(LANDING, Some(&xid), json!({ "storage": { "cookie": false, "local": false } })).await;
        app.join(JOIN, json!({ "email": EMAIL }), json!({})).await;
        app.ask(about(EMAIL)).await.names_first("cookies_blocked", "probable");
    }

    async fn different_browser_or_device(app: TestApp) {
        ordinary(&app).await;
        let xid = app.click("bo").await;
        app.land(LANDING, Some(&xid), json!({})).await;
        app.join(JOIN, json!({ "email": EMAIL }), json!({ "agent": FIREFOX })).await;
        app.ask(about(EMAIL)).await.names_first("different_browser_or_device", "probable");
    }

    async fn bot_or_scanner_click(app: TestApp) {
        app.partner("bo").await;
        app.click_with("bo", &[("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1)")]).await;
        app.clock.pass_seconds(600);
        app.join(JOIN, json!({ "email": EMAIL }), json!({})).await;
        app.ask(about(EMAIL)).await.names_first("bot_or_scanner_click", "determined");
    }

    async fn prefetched_click(app: TestApp) {
        app.partner("bo").await;
        app.click_with("bo", &[("user-agent", FIREFOX), ("sec-purpose", "prefetch")]).await;
        app.clock.pass_seconds(600);
        app.join(JOIN, json!({ "email": EMAIL }), json!({ "agent": FIREFOX })).await;
        app.ask(about(EMAIL)).await.names_first("prefetched_click", "determined");
    }

    async fn wrong_environment(app: TestApp) {
        ordinary(&app).await;
        let xid = app.click("bo").await;
        app.land(LANDING, Some(&xid), json!({})).await;
        app.join(JOIN, json!({ "email": EMAIL }), json!({ "public_key": app.setup.test_public_key })).await;
        app.ask(about(EMAIL)).await.names_first("wrong_environment", "determined");
    }

    async fn public_key_missing(app: TestApp) {
        ordinary(&app).await;
        app.click("bo").await;
        let refused = app.land(LANDING, None, json!({ "public_key": null })).await;
        assert_eq!(refused.status, 401);
        app.company_names("u-1", EMAIL).await;
        app.ask(about(EMAIL)).await.names_first("public_key_missing", "determined");
    }

    async fn existing_or_excluded_customer(app: TestApp) {
        ordinary(&app).await;
        app.pays("ch_1", EMAIL, json!({}), 4_999).await;
        app.clock.pass_days(3);
        let xid = app.click("bo").await;
        app.join(JOIN, json!({ "email": EMAIL }), json!({ "xid": xid, "xid_source": "cookie" })).await;
        app.ask(about(EMAIL)).await.names_first("existing_or_excluded_customer", "determined");
    }

    async fn signup_before_click(app: TestApp) {
        app.partner("bo").await;
        app.join(JOIN, json!({ "email": EMAIL }), json!({})).await;
        app.clock.pass_seconds(600);
        let xid = app.click("bo").await;
        app.land(LANDING, Some(&xid), json!({})).await;
        app.ask(about(EMAIL)).await.names_first("signup_before_click", "probable");
    }

    async fn no_offer_applied(app: TestApp) {
        ordinary(&app).await;
        let xid = app.click("bo").await;
        app.join(JOIN, json!({ "email": EMAIL, "customer_key": "u-1" }), json!({ "xid": xid, "xid_source": "cookie" })).await;
        app.pays("ch_1", EMAIL, json!({ "customer_key": "u-1" }), 4_999).await;
        app.ask(about(EMAIL)).await.names_first("no_offer_applied", "determined");
    }

    async fn customer_key_mismatch(app: TestApp) {
        ordinary(&app).await;
        app.percent_offer(100_000).await;
        let xid = app.click("bo").await;
        app.join(JOIN, json!({ "email": EMAIL, "customer_key": "U-1" }), json!({ "xid": xid, "xid_source": "cookie" })).await;
        app.company_names("U-1", EMAIL).await;
        app.clock.pass_seconds(60);
        app.pays("ch_1", EMAIL, json!({ "customer_key": "u-1" }), 4_999).await;
        for question in [about(EMAIL), json!({ "customer_key": "U-1", "partner_key": "bo" }), json!({ "order": "ch_1", "partner_key": "bo" })] {
            app.ask(question).await.names_first("customer_key_mismatch", "determined");
        }
    }

    async fn payment_webhook_failing(app: TestApp) {
        ordinary(&app).await;
        app.percent_offer(100_000).await;
        let xid = app.click("bo").await;
        app.join(JOIN, json!({ "email": EMAIL, "customer_key": "u-1" }), json!({ "xid": xid, "xid_source": "cookie" })).await;
        app.company_names("u-1", EMAIL).await;
        app.clock.pass_seconds(60);
        let charge = json!({ "id": "ch_1", "amount": 4_999, "captured": true, "currency": "eur", "created": app.seconds(),
            "receipt_email": EMAIL });
        let refused = app.deliver("evt_1", "charge.succeeded", &charge, "whsec_of_an_older_endpoint").await;
        assert_eq!(refused.status, 400);
        app.ask(about(EMAIL)).await.names_first("payment_webhook_failing", "determined");
    }

    async fn signup_call_missing(app: TestApp) {
        app.partner("bo").await;
        let xid = app.click("bo").await;
        app.land(LANDING, Some(&xid), json!({})).await;
        app.clock.pass_seconds(600);
        app.company_names("u-1", EMAIL).await;
        app.ask(about(EMAIL)).await.names_first("signup_call_missing", "probable");
    }

    async fn checkout_on_other_domain(app: TestApp) {
        ordinary(&app).await;
        let xid = app.click("bo").await;
        app.land(LANDING, Some(&xid), json!({})).await;
        app.clock.pass_seconds(600);
        let data = json!({ "public_key": app.setup.public_key, "page": "https://pay.elsewhere.test/done",
            "data": { "email": EMAIL } });
        let told = app.browser.post(format!("{}/v1/signup", app.base)).json(&data).send().await.expect("an answer");
        assert_eq!(told.status(), 202);
        app.ask(about(EMAIL)).await.names_first("checkout_on_other_domain", "determined");
    }

    async fn checkout_at_the_payment_provider(app: TestApp) {
        ordinary(&app).await;
        let xid = app.click("bo").await;
        app.land(LANDING, Some(&xid), json!({})).await;
        app.clock.pass_seconds(600);
        let session = json!({ "id": "cs_1", "customer": "cus_S1", "mode": "payment", "payment_status": "paid",
            "customer_details": { "email": EMAIL, "name": "Ada Park" }, "ui_mode": "hosted", "url": null });
        app.stripe("evt_cs", "checkout.session.completed", &session).await;
        app.pays("ch_1", EMAIL, json!({}), 4_999).await;
        app.ask(about(EMAIL)).await.names_first("checkout_on_other_domain", "determined");
    }

    async fn link_inactive(app: TestApp) {
        app.partner("bo").await;
        let link = app.live.get("/links?partner_key=bo").await.items().remove(0);
        app.live.delete(&format!("/links/{}", link["key"].as_str().expect("a key"))).await.data();
        let answer = app.browser.get(app.link("/bo")).header("user-agent", FIREFOX).send().await.expect("an answer");
        assert_eq!(answer.status(), 410);
        app.clock.pass_seconds(600);
        app.join(JOIN, json!({ "email": EMAIL }), json!({ "agent": FIREFOX })).await;
        app.ask(about(EMAIL)).await.names_first("link_inactive", "determined");
        let by_link = json!({ "email": EMAIL, "link": app.link("/bo") });
        app.ask(by_link).await.names_first("link_inactive", "determined");
    }

    async fn a_mistyped_link_is_found_by_its_address(app: TestApp) {
        app.partner("bo").await;
        let answer = app.browser.get(app.link("/boo")).header("user-agent", FIREFOX).send().await.expect("an answer");
        assert_eq!(answer.status(), 404);
        app.clock.pass_seconds(600);
        app.join(JOIN, json!({ "email": EMAIL }), json!({ "agent": FIREFOX })).await;
        let asked = app.ask(json!({ "email": EMAIL, "link": "https://go.shop.test/boo", "partner_key": "bo" })).await;
        assert_eq!(asked.body["question"]["link_unknown"], true);
        asked.names_first("link_inactive", "determined");
    }

    async fn consent_not_given(app: TestApp) {
        ordinary(&app).await;
        app.click("bo").await;
        app.land(LANDING, None, json!({ "consent": "denied", "storage": null })).await;
        app.clock.pass_seconds(60);
        app.join(JOIN, json!({ "email": EMAIL }), json!({ "consent": "denied" })).await;
        app.ask(about(EMAIL)).await.names_first("consent_not_given", "probable");
    }

    async fn late_fact(app: TestApp) {
        ordinary(&app).await;
        app.partner("cy").await;
        let xid = app.click("bo").await;
        app.company_names("u-1", EMAIL).await;
        app.live.patch("/customers/u-1", &json!({ "partner_key": "cy" })).await.data();
        app.clock.pass_seconds(60);
        app.join(JOIN, json!({ "email": EMAIL, "customer_key": "u-1" }), json!({ "xid": xid, "xid_source": "cookie" })).await;
        app.ask(about(EMAIL)).await.names_first("late_fact", "determined");
    }

    async fn moved_by_hand(app: TestApp) {
        ordinary(&app).await;
        app.partner("cy").await;
        let xid = app.click("bo").await;
        app.join(JOIN, json!({ "email": EMAIL, "customer_key": "u-1" }), json!({ "xid": xid, "xid_source": "cookie" })).await;
        app.live.patch("/customers/u-1", &json!({ "partner_key": "cy" })).await.data();
        app.ask(about(EMAIL)).await.names_first("moved_by_hand", "determined");
    }

    async fn no_such_customer(app: TestApp) {
        app.partner("bo").await;
        app.ask(about("nobody@example.com")).await.names_first("no_such_customer", "unknown");
    }

    async fn awaiting_confirmation(app: TestApp) {
        ordinary(&app).await;
        let xid = app.click("bo").await;
        app.join(JOIN, json!({ "email": EMAIL }), json!({ "xid": xid, "xid_source": "cookie" })).await;
        app.ask(about(EMAIL)).await.names_first("awaiting_confirmation", "determined");
    }

    async fn no_payment_yet(app: TestApp) {
        ordinary(&app).await;
        let xid = app.click("bo").await;
        app.join(JOIN, json!({ "email": EMAIL, "customer_key": "u-1" }), json!({ "xid": xid, "xid_source": "cookie" })).await;
        app.company_names("u-1", EMAIL).await;
        app.ask(about(EMAIL)).await.names_first("no_payment_yet", "determined");
    }

    async fn what_was_tracked_says_where_it_stands(app: TestApp) {
        ordinary(&app).await;
        app.percent_offer(100_000).await;
        let xid = app.click("bo").await;
        app.join(JOIN, json!({ "email": EMAIL, "customer_key": "u-1" }), json!({ "xid": xid, "xid_source": "cookie" })).await;
        app.pays("ch_1", EMAIL, json!({ "customer_key": "u-1" }), 4_999).await;
        app.ask(about(EMAIL)).await.names_first("tracked_and_pending", "determined");
        let reward = app.live.get("/rewards?customer_key=u-1").await.items().remove(0);
        let path = format!("/rewards/{}", reward["key"].as_str().expect("a key"));
        for (change, cause) in [
            (json!({ "reward_status": "hold" }), "tracked_and_held"),
            (json!({ "reward_status": "approved" }), "tracked"),
            (json!({ "reward_status": "declined", "decline_reason": "a test" }), "tracked_and_declined"),
        ] {
            app.live.patch(&path, &change).await.data();
            app.ask(about(EMAIL)).await.names_first(cause, "determined");
        }
    }

    async fn a_customer_is_found_by_a_misspelt_name(app: TestApp) {
        ordinary(&app).await;
        let xid = app.click("bo").await;
        let data = json!({ "email": EMAIL, "customer_key": "u-1", "name": "Zoë Müller-Park" });
        app.join(JOIN, data, json!({ "xid": xid, "xid_source": "cookie" })).await;
        for name in ["Zoë Müller-Park", "zoe mueller park", "Park Zoe Muller", "Zoe Muler Prak"] {
            let asked = app.ask(json!({ "name": name, "partner_key": "bo" })).await;
            assert_eq!(asked.body["customer_key"], "u-1", "{name}");
            asked.names_first("awaiting_confirmation", "determined");
        }
        let stranger = app.ask(json!({ "name": "Bob Stone", "partner_key": "bo" })).await;
        assert_eq!(stranger.body["customer_key"], json!(null));
    }

    async fn of_several_who_fit_a_person_picks_one(app: TestApp) {
        app.partner("bo").await;
        for number in [1, 2] {
            let customer = json!({ "customer_key": format!("u-{number}"), "email": format!("ada{number}@example.com"), "name": "Ada Park" });
            app.live.create("/customers", &customer).await;
            app.clock.pass_days(1);
        }
        let asked = app.ask(json!({ "name": "Ada Park", "partner_key": "bo" })).await;
        assert_eq!(asked.body["customer_key"], "u-2", "the latest is taken");
        let candidates = asked.body["candidates"].as_array().expect("a list").clone();
        assert_eq!(candidates.len(), 1);
        assert_eq!((&candidates[0]["customer_key"], &candidates[0]["why"]), (&json!("u-1"), &json!("name")));
        let picked = app.ask(json!({ "customer": candidates[0]["customer"], "partner_key": "bo" })).await;
        assert_eq!(picked.body["customer_key"], "u-1");
        let stored = crate::support::text(&app.app, "select question from investigations order by id limit 1").await;
        assert!(!stored.contains("Ada"), "names are kept outside of what is asked and answered: {stored}");
    }

    async fn hints_alone_determine_nothing(app: TestApp) {
        ordinary(&app).await;
        let problems = ["cookies_blocked", "snippet_data_overwritten", "duplicate_snippet", "cookie_domain_too_narrow"];
        app.join(JOIN, json!({ "email": EMAIL }), json!({ "problems": problems })).await;
        let question = json!({ "email": EMAIL, "partner_key": "bo", "browser": "Safari", "device": "iPhone", "same_browser": false });
        assert_eq!(app.ask(question).await.determined(), Vec::<String>::new());
    }

    async fn the_days_of_pages_say_what_the_page_views_say(app: TestApp) {
        ordinary(&app).await;
        for number in 0..5 {
            let xid = app.click("bo").await;
            app.land(LANDING, Some(&xid), json!({})).await;
            app.land(&format!("https://www.shop.test/orders/{number}?a=1"), None, json!({ "consent": "denied" })).await;
            app.join(JOIN, json!({ "email": format!("c{number}@example.com") }), json!({})).await;
        }
        app.app.drain_barrier().await;
        let views = crate::support::count(&app.app, "select cast(sum(views) as bigint) from page_days where path = '/orders/:n'").await;
        assert_eq!(views, 5);
        let clicks = crate::support::count(&app.app, "select cast(sum(clicks) as bigint) from page_days where path = '/welcome'").await;
        assert_eq!(clicks, 6);
        let sign_ups = crate::support::count(&app.app, "select cast(sum(sign_ups_with_click) as bigint) from page_days where path = '/join'").await;
        assert_eq!(sign_ups, 1);
        app.verify().await;
    }
}
