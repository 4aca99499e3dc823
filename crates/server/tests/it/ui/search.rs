//! One search box on every page: whatever somebody has in hand leads to the page that it is about.

use super::journey::{Browser, refer, says};
use crate::on_both_engines;
use crate::support::TestApp;
use axum::http::{Method, StatusCode};
use serde_json::json;

/// The address of a search.
fn search(text: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", text).finish();
    format!("/dashboard/search?{query}")
}

on_both_engines! {
    async fn one_exact_hit_is_gone_to_whatever_form_it_has(app: TestApp) {
        let partner = app.partner("bertram").await["key"].as_str().expect("a key").to_owned();
        let link = app.live.create("/links", &json!({ "partner_key": "bertram", "link_key": "spring-sale", "dest": "https://www.shop.test/" })).await;
        refer(&app, "bertram", json!({ "email": "ada@park.test", "name": "Ada Park" })).await;
        let known = json!({ "customer_key": "u-1", "email": "ada@park.test", "provider_key": "cus_S1" });
        let customer = app.live.create("/customers", &known).await["key"].as_str().expect("a key").to_owned();
        let payment = json!({ "customer_key": customer, "amount": 500, "currency": "EUR", "key": "order-1042" });
        app.live.create("/transactions", &payment).await;
        app.stripe("evt_S9", "charge.succeeded", &json!({ "id": "ch_S9", "customer": "cus_S1", "payment_intent": "pi_S9",
            "amount": 700, "currency": "eur", "created": app.seconds() })).await;
        let event = app.live.get("/events?source=stripe").await.items()[0]["key"].as_str().expect("a key").to_owned();
        let transaction = app.live.get("/events?source=stripe").await.items()[0]["subject"]["key"].as_str().expect("a key").to_owned();

        let mut mara = Browser::of(&app);
        mara.sign_in().await;
        let to_partner = format!("/dashboard/partners/{partner}");
        let to_customer = format!("/dashboard/referrals/{customer}");
        let to_payments = format!("{to_customer}#payments-title");
        let landing = "https://www.shop.test/pricing/all?utm_source=x&ps_partner_key=YmVydHJhbQ&gspk=YmVydHJhbQ";
        let link_url = link["url"].as_str().expect("an address").to_owned();
        for (text, place) in [
            ("bertram", &to_partner),
            (" Bertram@Partners.test ", &to_partner),
            ("YmVydHJhbQ==", &to_partner),
            ("YmVydHJhbQ", &to_partner),
            ("gspk=YmVydHJhbQ%3D%3D", &to_partner),
            (landing, &to_partner),
            ("spring-sale", &to_partner),
            ("SPRING-SALE", &to_partner),
            (link_url.as_str(), &to_partner),
            ("go.shop.test/spring-sale?sid=x", &to_partner),
            (partner.as_str(), &to_partner),
            ("ADA@park.test", &to_customer),
            ("Ada Park <ada@park.test>", &to_customer),
            ("cus_S1", &to_customer),
            (customer.as_str(), &to_customer),
            ("order-1042", &to_payments),
            ("#order-1042", &to_payments),
            ("ch_S9", &to_payments),
            ("pi_S9", &to_payments),
            (transaction.as_str(), &to_payments),
            (event.as_str(), &format!("/dashboard/events/{event}")),
            ("evt_S9", &format!("/dashboard/integrations/webhooks/deliveries/{event}")),
        ] {
            let shown = mara.send(Method::GET, &search(text), String::new(), "same-origin").await;
            assert_eq!((shown.status, shown.location.as_str()), (StatusCode::SEE_OTHER, place.as_str()), "{text}: {}", shown.html);
        }
    }

    async fn several_hits_are_grouped_and_none_offers_to_investigate(app: TestApp) {
        app.partner("bo").await;
        for (key, name) in [("U-7", "Bo Park"), ("u-7", "Bo Smith"), ("u-8", "Ada <b>Lovelace</b>")] {
            app.live.create("/customers", &json!({ "customer_key": key, "name": name, "partner_key": null })).await;
        }
        let xid = app.click("bo").await;
        app.sign_up(json!({ "email": "eve@park.test" }), Some(&xid)).await;
        let mut mara = Browser::of(&app);
        mara.sign_in().await;
        says(&mara.open(&search("bo")).await, &["Customers", "Bo Park", "Bo Smith", "Partners and links", "Link bo of"]);
        let shown = mara.open(&search("Ada <b>Love")).await;
        assert!(!shown.html.contains("<b>Love"), "what was typed is never markup");
        says(&mara.open(&search(&xid)).await, &["Clicks", "Click on bo, counted", "eve@park.test", "it came with a sign-up"]);
        let landing = format!("https://www.shop.test/x/y?ps_partner_key=Ym8&ps_xid={xid}");
        says(&mara.open(&search(&landing)).await, &["Click on bo, counted"]);
        says(&mara.open(&search("park bó")).await, &["Bo Park"]);
        says(&mara.open(&search("u- 7")).await, &["Bo Park", "Bo Smith"]);
        says(&mara.open(&search("eve@par")).await, &["eve@park.test"]);
        let nothing = mara.open(&search("nobody@nowhere.test")).await;
        says(&nothing, &["Nothing found", "It was looked up as an e-mail address", "/dashboard/investigate?email=nobody%40nowhere.test"]);
        says(&mara.open("/dashboard/search").await, &["What do you have in hand?"]);
        for odd in ["\0", "%", "'; drop table customers; --", &"x".repeat(10_000), "https://[::1", "🙂"] {
            let shown = mara.open(&search(odd)).await;
            assert_eq!(shown.status, StatusCode::OK, "{odd:.40}");
        }
        says(&mara.open("/dashboard/partners").await, &["action=\"/dashboard/search\""]);
    }

    async fn nobody_finds_what_is_another_programs(app: TestApp) {
        let (_, [other, _]) = app.another_program("Other").await;
        other.create("/partnerships", &json!({ "partner_key": "theirs", "email": "theirs@partners.test" })).await;
        let known = json!({ "customer_key": "o-1", "email": "them@park.test", "name": "Their Customer", "provider_key": "cus_O1" });
        let customer = other.create("/customers", &known).await["key"].as_str().expect("a key").to_owned();
        other.create("/transactions", &json!({ "customer_key": customer, "amount": 1, "currency": "EUR", "key": "their-order" })).await;
        let event = other.get("/events").await.items()[0]["key"].as_str().expect("a key").to_owned();
        app.live.create("/customers", &json!({ "customer_key": "mine" })).await;
        let mut mara = Browser::of(&app);
        mara.sign_in().await;
        // Whoever set up both programs is a member of both; the first one is shown.
        for text in ["theirs", "dGhlaXJz", "theirs@partners.test", "them@park.test", "o-1", "cus_O1", "Their Customer", "their-order", &customer, &event] {
            says(&mara.open(&search(text)).await, &["Nothing found"]);
        }
        let mine = mara.send(Method::GET, &search("mine"), String::new(), "same-origin").await;
        assert_eq!(mine.status, StatusCode::SEE_OTHER);
    }
}
