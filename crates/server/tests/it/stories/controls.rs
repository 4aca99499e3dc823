//! The control set: people whose referral worked, and people whom nobody referred, among each other. Asked about, the ones
//! must never be told a loss first, the others never a loss for certain.

use crate::on_both_engines;
use crate::support::{FIREFOX, JOIN, LANDING, TestApp};
use serde_json::{Value, json};
use whence_domain::investigation::{Cause, CauseKind};

/// People of each kind; `cargo xtask prove` has a thousand.
fn people() -> usize {
    std::env::var("WHENCE_CONTROLS").ok().and_then(|text| text.parse().ok()).unwrap_or(30)
}

fn is_loss(cause: &str) -> bool {
    Cause::parse(cause).expect("a cause").kind() != CauseKind::NotALoss
}

fn address(kind: &str, number: usize) -> String {
    format!("{kind}{number}@{kind}.example.com")
}

/// Somebody came by the partner's link, in one of the ways that exist, and most of them paid.
async fn healthy(app: &TestApp, number: usize) {
    let (email, key) = (address("good", number), format!("good-{number}"));
    let data = json!({ "email": email, "customer_key": key, "name": format!("Good Person {number}") });
    match number % 6 {
        // Told by the page, confirmed by the payment.
        0 => {
            let xid = app.click("bo").await;
            app.land(LANDING, Some(&xid), json!({})).await;
            app.clock.pass_seconds(300);
            app.join(JOIN, data, json!({ "xid": xid, "xid_source": "cookie" })).await;
            app.pays(&format!("ch_good_{number}"), &email, json!({ "customer_key": key }), 4_999).await;
        }
        // In Firefox, days later, from the page's storage.
        1 => {
            let xid = app.click_with("bo", &[("user-agent", FIREFOX)]).await;
            app.land(LANDING, Some(&xid), json!({ "agent": FIREFOX, "storage": { "cookie": false, "local": true } }))
                .await;
            app.clock.pass_seconds(86_400);
            app.join(JOIN, data, json!({ "xid": xid, "xid_source": "storage", "agent": FIREFOX })).await;
            app.pays(&format!("ch_good_{number}"), &email, json!({ "customer_key": key }), 100).await;
        }
        // Told by the company's server, with the click that it kept.
        2 => {
            let xid = app.click("bo").await;
            let body = json!({ "xid": xid, "customer_key": key, "email": email });
            let sent =
                app.browser.post(app.link("/conversion/xid")).bearer_auth(&app.setup.s2s_token).json(&body).send();
            assert_eq!(sent.await.expect("an answer").status(), 200);
            app.pays(&format!("ch_good_{number}"), &email, json!({ "customer_key": key }), 1_500).await;
        }
        // Named by the company's server, without a click.
        3 => {
            app.live.create("/customers", &json!({ "customer_key": key, "email": email, "partner_key": "bo" })).await;
            app.live
                .create("/transactions", &json!({ "customer_external_key": key, "amount": 2_000, "currency": "EUR" }))
                .await;
        }
        // Signed up and has not paid.
        4 => {
            let xid = app.click("bo").await;
            app.land(LANDING, Some(&xid), json!({})).await;
            app.join(JOIN, data, json!({ "xid": xid, "xid_source": "cookie" })).await;
        }
        // Given to the partner by a person.
        _ => {
            app.company_names(&key, &email).await;
            app.live.patch(&format!("/customers/{key}"), &json!({ "partner_key": "bo" })).await.data();
        }
    }
}

/// Somebody came on their own, or by another partner.
async fn never_referred(app: &TestApp, number: usize) {
    let (email, key) = (address("free", number), format!("free-{number}"));
    let data = json!({ "email": email, "customer_key": key, "name": format!("Free Person {number}") });
    match number % 5 {
        // Typed the address, looked around, signed up.
        0 => {
            app.land("https://www.shop.test/", None, json!({})).await;
            app.clock.pass_seconds(120);
            app.join(JOIN, data, json!({})).await;
        }
        // The same in another browser, and paid.
        1 => {
            app.land(LANDING, None, json!({ "agent": FIREFOX })).await;
            app.join(JOIN, data, json!({ "agent": FIREFOX })).await;
            app.pays(&format!("ch_free_{number}"), &email, json!({ "customer_key": key }), 4_999).await;
        }
        // Known by the company's server alone.
        2 => app.company_names(&key, &email).await,
        // Known by a payment alone.
        3 => app.pays(&format!("ch_free_{number}"), &email, json!({}), 900).await,
        // Refused cookies.
        _ => {
            app.land(LANDING, None, json!({ "consent": "denied", "storage": null })).await;
            app.join(JOIN, data, json!({ "consent": "denied" })).await;
        }
    }
}

/// What was answered of the people of one kind: who was told a loss.
async fn told_losses(
    app: &TestApp,
    kind: &str,
    is_told: impl Fn(&crate::support::Answered) -> Vec<String>,
) -> Vec<Value> {
    let mut losses = Vec::new();
    for number in 0..people() {
        let answer = app.ask(json!({ "email": address(kind, number), "partner_key": "bo" })).await;
        let told = is_told(&answer);
        if !told.is_empty() {
            losses.push(json!({ "who": address(kind, number), "told": told, "verdicts": answer.body["verdicts"] }));
        }
    }
    losses
}

on_both_engines! {
    async fn nobody_is_told_of_a_loss_that_was_none(app: TestApp) {
        app.partner("bo").await;
        app.partner("cy").await;
        app.percent_offer(100_000).await;
        for number in 0..people() {
            healthy(&app, number).await;
            app.clock.pass_seconds(1_800);
            never_referred(&app, number).await;
            app.clock.pass_seconds(1_800);
        }
        let healthy = told_losses(&app, "good", |answer| {
            Some(answer.first().0).filter(|cause| is_loss(cause)).into_iter().collect()
        });
        let healthy = healthy.await;
        let free = told_losses(&app, "free", |answer| {
            answer.determined().into_iter().filter(|cause| is_loss(cause)).collect()
        });
        let free = free.await;
        let shown = |losses: &[Value]| serde_json::to_string_pretty(&losses[..losses.len().min(3)]).expect("JSON");
        println!("{} healthy and {} never referred: {} and {} false losses", people(), people(), healthy.len(), free.len());
        assert!(healthy.is_empty(), "{} of {} healthy: {}", healthy.len(), people(), shown(&healthy));
        assert!(free.is_empty(), "{} of {} never referred: {}", free.len(), people(), shown(&free));
    }
}
