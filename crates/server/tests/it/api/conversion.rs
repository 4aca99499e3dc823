//! `POST /conversion/xid`: server to server.

use crate::on_both_engines;
use crate::support::{Reply, TestApp};
use serde_json::{Value, json};

async fn convert(app: &TestApp, token: &str, body: &Value) -> Reply {
    let request = app.browser.post(format!("{}/conversion/xid", app.base)).bearer_auth(token);
    Reply::of(request.json(body)).await
}

on_both_engines! {
    async fn a_conversion_makes_a_confirmed_customer_of_the_clicks_partner(app: TestApp) {
        app.partner("ada").await;
        let xid = app.click("ada").await;
        let body = json!({ "xid": xid, "customer_key": "one", "email": "a@x.yz" });
        let reply = convert(&app, &app.setup.s2s_token, &body).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (200, ""));
        let customer = app.live.get("/customers/one").await.data();
        assert_eq!((customer["partner_key"].clone(), customer["confirmed"].clone()), (json!("ada"), json!(true)));
        assert_eq!(convert(&app, &app.setup.s2s_token, &body).await.status.as_u16(), 200, "a repeat is accepted");
        assert_eq!(app.live.get("/customers").await.items().len(), 1);
    }

    async fn only_its_own_token_opens_it(app: TestApp) {
        let body = json!({ "xid": "x", "customer_key": "one" });
        let (other, _) = app.another_program("Other").await;
        for token in ["", "x", &app.setup.secret_key, &app.setup.public_key] {
            convert(&app, token, &body).await.refused(401, "");
        }
        assert_eq!(convert(&app, &other.s2s_token, &body).await.status.as_u16(), 200);
        assert_eq!(app.live.get("/customers").await.items().len(), 0, "it went to the other program");
    }

    async fn bad_bodies_are_refused_by_field_and_store_nothing(app: TestApp) {
        for (body, field) in [
            (json!({ "customer_key": "one" }), "xid"),
            (json!({ "xid": "x" }), "customer_key"),
            (json!({ "xid": 5, "customer_key": "one" }), "xid"),
            (json!({ "xid": "x".repeat(101), "customer_key": "one" }), "xid"),
            (json!({ "xid": "x\u{0}", "customer_key": "one" }), "xid"),
            (json!({ "xid": "x", "customer_key": "one", "email": "nobody" }), "email"),
            (json!({ "xid": "x", "customer_key": "one", "meta": 5 }), "meta"),
            (json!({ "xid": "x", "customer_key": "one", "sub_ids": "a" }), "sub_ids"),
            (json!({ "xid": "x", "customer_key": "one", "sub_ids": [5] }), "sub_ids"),
            (json!({ "xid": "x", "customer_key": "one", "ip_address": 5 }), "ip_address"),
            (json!({ "xid": "x", "customer_key": "one", "user_agent": [] }), "user_agent"),
        ] {
            convert(&app, &app.setup.s2s_token, &body).await.refused(422, field);
        }
        assert_eq!(app.live.get("/customers").await.items().len(), 0);
    }
}
