//! Whether payments arrive, and what became of what arrived, as a person sees it: the fault is read, mended and replayed
//! without leaving the dashboard.

use super::journey::{Browser, refer, says};
use crate::on_both_engines;
use crate::support::TestApp;
use axum::http::StatusCode;
use serde_json::{Value, json};

const WEBHOOKS: &str = "/dashboard/integrations/webhooks";

async fn event_of(app: &TestApp, id: &str) -> String {
    let events = app.live.get("/events?source=stripe&limit=250").await.items();
    let found = events.into_iter().find(|event| event["delivery_key"] == id && event["replay_of"] == Value::Null);
    found.expect("an event")["key"].as_str().expect("a key").to_owned()
}

on_both_engines! {
    async fn a_payment_that_found_nobody_is_mended_from_its_delivery_and_earns_once(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        refer(&app, "bo", json!({ "email": "ada@park.test", "name": "Ada Park" })).await;
        let charge = json!({ "id": "ch_1", "customer": "cus_S1", "amount": 2_000, "currency": "eur", "created": app.seconds(),
            "description": "<b>& Töchter</b>" });
        app.stripe("evt_1", "charge.succeeded", &charge).await;
        app.stripe("evt_1", "charge.succeeded", &charge).await;
        let event = event_of(&app, "evt_1").await;
        let delivery = format!("{WEBHOOKS}/deliveries/{event}");

        let mut mara = Browser::of(&app);
        mara.sign_in().await;
        says(&mara.open(WEBHOOKS).await, &["charge.succeeded", "came 2 times", "Customer unknown", "€20.00", &delivery]);
        let shown = mara.open(&delivery).await;
        says(&shown, &["Who is ", "cus_S1", "&#60;b&#62;", "&#34;amount&#34;: 2000", "2 times", "No sign-up is known"]);
        assert!(!shown.html.contains("<b>& T"), "a body is never markup");

        // Nothing is mended yet, so the payment still is nobody's after it was read again.
        says(&mara.submit(&format!("{delivery}/replay"), &[]).await, &["Customer unknown", "Who is "]);
        let nobody = mara.open(&format!("{delivery}/customer?who=nobody@park.test")).await;
        says(&nobody, &["No customer has this e-mail address or key."]);
        let asked = mara.open(&format!("{delivery}/customer?who=ada@park.test")).await;
        says(&asked, &["Is this the same person?", "1 payment", "€20.00", "Both are the same person"]);
        let customer = app.live.get("/customers/ada@park.test").await.data()["key"].as_str().expect("a key").to_owned();
        let add = format!("/dashboard/referrals/{customer}/provider-key");
        let unconfirmed = mara.submit(&add, &[("provider_key", "cus_S1")]).await;
        says(&unconfirmed, &["confirm that both are the same person", "Is this the same person?"]);
        assert_eq!(app.earned("ada@park.test").await.0, 0);
        let other = app.live.get("/customers?limit=250").await.items();
        let other = other.iter().find(|one| one["email"].is_null()).expect("the payment's own")["key"].as_str().expect("a key").to_owned();
        for _ in 0..2 {
            let joined = mara.submit(&add, &[("same_as", &other), ("same_person", "yes")]).await;
            says(&joined, &["Joined.", "€20.00", "cus_S1"]);
        }
        for _ in 0..2 {
            let replayed = mara.submit(&format!("{delivery}/replay"), &[]).await;
            says(&replayed, &["Read again: The payment was known already.", "Replayed", "Ada Park", "<span class=\"badge good\">Taken</span>"]);
        }
        assert_eq!(app.earned("ada@park.test").await.0, 200, "ten per cent of twenty euros, once");
        says(&mara.submit(&add, &[("provider_key", "cus_S1")]).await, &["Added."]);
        assert_eq!(app.earned("ada@park.test").await.0, 200);
        app.verify().await;

        for path in ["evt_0", "evt_00000000000000000000000000"] {
            assert_eq!(mara.open(&format!("{WEBHOOKS}/deliveries/{path}")).await.status, StatusCode::NOT_FOUND);
        }
    }

    async fn a_payment_under_another_spelling_of_the_customer_key_reaches_who_signed_up(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(100_000).await;
        app.live.create("/customers", &json!({ "customer_key": "user-1", "email": "ada@park.test", "partner_key": "bo" })).await;
        let charge = json!({ "id": "ch_1", "amount": 2_000, "currency": "eur", "created": app.seconds(), "metadata": { "customer_key": "USER-1" } });
        app.stripe("evt_1", "charge.succeeded", &charge).await;
        let delivery = format!("{WEBHOOKS}/deliveries/{}", event_of(&app, "evt_1").await);
        let mut mara = Browser::of(&app);
        mara.sign_in().await;
        says(&mara.open(&delivery).await, &["USER-1", "Who is "]);
        let asked = mara.open(&format!("{delivery}/customer?who=user-1")).await;
        says(&asked, &["Is this the same person?", "USER-1", "1 payment"]);
        let (ada, other) = (app.live.get("/customers/user-1").await.data(), app.live.get("/customers/USER-1").await.data());
        let (ada, other) = (ada["key"].as_str().expect("a key"), other["key"].as_str().expect("a key"));
        let form = [("provider_key", ""), ("same_as", other), ("same_person", "yes")];
        says(&mara.submit(&format!("/dashboard/referrals/{ada}/provider-key"), &form).await, &["Joined."]);
        says(&mara.submit(&format!("{delivery}/replay"), &[]).await, &["Taken</span>", "ada@park.test"]);
        app.stripe("evt_2", "charge.succeeded", &json!({ "id": "ch_2", "amount": 1_000, "currency": "eur", "created": app.seconds(),
            "metadata": { "customer_key": "USER-1" } })).await;
        assert_eq!(app.earned("user-1").await.0, 300, "both payments, also the one that came afterwards, each once");
        app.verify().await;
    }

    async fn a_customer_of_a_partner_is_not_taken_from_it_in_passing(app: TestApp) {
        for partner in ["bo", "cy"] {
            app.partner(partner).await;
        }
        app.percent_offer(100_000).await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "partner_key": "bo" })).await;
        app.live.create("/customers", &json!({ "customer_key": "u-2", "partner_key": "cy", "provider_key": "cus_S2" })).await;
        let customer = app.live.get("/customers/u-1").await.data()["key"].as_str().expect("a key").to_owned();
        let mut mara = Browser::of(&app);
        mara.sign_in().await;
        let shown = mara.open(&format!("/dashboard/referrals/{customer}?provider_key=cus_S2")).await;
        says(&shown, &["Decide first whose the customer is."]);
        let form = [("provider_key", "cus_S2"), ("same_person", "yes")];
        let refused = mara.submit(&format!("/dashboard/referrals/{customer}/provider-key"), &form).await;
        says(&refused, &["who belongs to a partner"]);
        let theirs = app.live.get("/customers/u-2").await.data()["key"].as_str().expect("a key").to_owned();
        let joining = [("same_as", theirs.as_str()), ("same_person", "yes")];
        says(&mara.submit(&format!("/dashboard/referrals/{customer}/provider-key"), &joining).await, &["who belongs to a partner"]);
        assert_eq!(app.live.get("/customers/u-2").await.data()["partner_key"], "cy");
        let (_, [other, _]) = app.another_program("Other").await;
        other.create("/customers", &json!({ "customer_key": "o-1" })).await;
        let foreign = other.get("/customers/o-1").await.data()["key"].as_str().expect("a key").to_owned();
        let path = format!("/dashboard/referrals/{foreign}/provider-key");
        assert_eq!(mara.submit(&path, &form).await.status, StatusCode::NOT_FOUND);
    }

    async fn the_checklist_says_what_is_amiss_and_what_mends_it(app: TestApp) {
        let mut mara = Browser::of(&app);
        mara.sign_in().await;
        says(&mara.open(WEBHOOKS).await, &["Nothing delivered yet", "Could not be told", "Nothing has arrived yet."]);
        let object = json!({ "id": "cus_1", "email": "ada@park.test" });
        app.deliver("evt_1", "customer.created", &object, "whsec_of_another").await.refused(400, "");
        says(&mara.open(WEBHOOKS).await, &["Everything that was sent was refused.", "does not fit the signing secret", "1 attempt",
            "customer.created", "Copy the signing secret of this very address"]);
        app.partner("bo").await;
        app.live.create("/customers", &json!({ "customer_key": "u-1", "partner_key": "bo" })).await;
        app.stripe("evt_1", "customer.created", &object).await;
        says(&mara.open(WEBHOOKS).await, &["1 customers who were added", "None of the latest 1 customers came with a key of yours."]);
        says(&mara.open("/dashboard/referrals").await, &["No provider key: renewals may not be found"]);
        let customer = app.live.get("/customers/u-1").await.data()["key"].as_str().expect("a key").to_owned();
        says(&mara.open(&format!("/dashboard/referrals/{customer}")).await, &["Renewals may not be found", "was added by hand or by your server"]);
        let narrowed = mara.open(&format!("{WEBHOOKS}?outcome=refused&kind=%00x")).await;
        says(&narrowed, &["No such delivery"]);
    }

    async fn events_show_what_arrived_and_what_was_refused_in_one_order(app: TestApp) {
        app.partner("bo").await;
        refer(&app, "bo", json!({ "email": "ada@park.test", "name": "Ada Park" })).await;
        app.deliver("evt_1", "customer.created", &json!({ "id": "cus_1" }), "whsec_of_another").await.refused(400, "");
        app.stripe("evt_2", "charge.succeeded", &json!({ "id": "ch_1", "amount": 5, "currency": "eur", "created": 9 })).await;
        let mut mara = Browser::of(&app);
        mara.sign_in().await;
        let events = mara.open("/dashboard/events").await;
        says(&events, &["Sign-up", "Ada Park", "Delivery that was refused", "The payment names no customer", "data-live=\"3\""]);
        let only = mara.open("/dashboard/events?cause=names_nobody").await;
        says(&only, &["The payment names no customer"]);
        assert!(!only.html.contains("Ada Park") && !only.html.contains("Delivery that was refused"));
        let refused = mara.open("/dashboard/events?outcome=refused&source=stripe").await;
        says(&refused, &["Delivery that was refused"]);
        assert!(!refused.html.contains("Ada Park"));
        says(&mara.open("/dashboard/events?to=2001-01-01").await, &["No such events"]);
        let event = event_of(&app, "evt_2").await;
        says(&mara.open(&format!("/dashboard/events/{event}")).await, &["names_nobody", "Open the delivery", "evt_2"]);
        let sign_up = app.live.get("/events?kind=signup").await.items()[0]["key"].as_str().expect("a key").to_owned();
        says(&mara.open(&format!("/dashboard/events/{sign_up}")).await, &["It is about", "Ada Park"]);
        for path in ["evt_0", "evt_00000000000000000000000000"] {
            assert_eq!(mara.open(&format!("/dashboard/events/{path}")).await.status, StatusCode::NOT_FOUND);
        }
        for number in 0..60 {
            app.sign_up(json!({ "email": format!("n{number}@park.test") }), None).await;
        }
        let first = mara.open("/dashboard/events").await;
        let next = first.html.split("rel=\"next\"").next().and_then(|text| text.rsplit("href=\"").next()).expect("a next page");
        let next = next.split('"').next().expect("an address").replace("&#38;", "&");
        let second = mara.open(&next).await;
        says(&second, &["Ada Park", "Back to the newest"]);
        assert!(!second.html.contains("data-live"), "only the newest page moves");
    }
}
