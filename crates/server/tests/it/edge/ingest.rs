//! What the snippet sends, and how it is refused (`product.md` 5 "Snippet").

use crate::on_both_engines;
use crate::support::{Answer, Shop, send, text};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Path, body, headers, and the status and word of the refusal.
type Refused<'a> = (&'a str, Vec<u8>, &'a [(&'a str, &'a str)], u16, &'a str);

async fn post(shop: &Shop, path: &str, body: impl Into<reqwest::Body>, headers: &[(&str, &str)]) -> Answer {
    let request = shop.node.request("POST", "go.shop.test", path).body(body);
    send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

async fn visit(shop: &Shop, body: Value) -> Answer {
    post(shop, "/v1/visits", body.to_string(), &[("content-type", "text/plain"), ("origin", "https://www.shop.test")])
        .await
}

on_both_engines! {
    async fn a_page_view_is_kept_without_the_values_of_its_address(shop: Shop) {
        let xid = shop.node.get("/bo").await.xid();
        let answer = visit(&shop, json!({
            "public_key": shop.setup.public_key,
            "page": "https://www.shop.test/landing?email=ada%40park.test&ps_xid=x",
            "referrer": "https://blog.test/post?secret=1",
            "xid": xid,
            "partner_key": "bo",
            "storage": { "cookie": true, "local": false },
            "snippet": "1.0.0",
            "problems": ["duplicate_snippet"],
            "consent": null,
            "unknown": [1, 2],
        })).await;
        assert_eq!(answer.status, 202);
        assert_eq!(answer.header("access-control-allow-origin"), "https://www.shop.test");
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        assert_eq!(shop.node.count("select count(*) from visits where xid_verdict = 'genuine' and cookie = 'written_and_read' and local_storage = 'failed'").await, 1);
        assert_eq!(text(&shop.node.app, "select params from visits").await, r#"["email","ps_xid"]"#);
        assert_eq!(text(&shop.node.app, "select page_path from visits").await, "/landing");
        assert_eq!(text(&shop.node.app, "select referrer_host from visits").await, "blog.test");
        shop.node.stop().await;
    }

    async fn refusals_name_the_field_and_are_counted(shop: Shop) {
        let key = shop.setup.public_key.clone();
        let json = [("content-type", "application/json")];
        let cases: [Refused<'_>; 12] = [
            ("/v1/visits", b"{".to_vec(), &json, 400, "JSON"),
            ("/v1/visits", b"\xff\xfe".to_vec(), &json, 400, "UTF-8"),
            ("/v1/visits", b"{}".to_vec(), &json, 401, "public_key"),
            ("/v1/visits", br#"{"public_key":null}"#.to_vec(), &json, 401, "public_key"),
            ("/v1/visits", br#"{"public_key":"pk_nobody"}"#.to_vec(), &json, 401, "public_key"),
            ("/v1/visits", br#"{"public_key":"pk_nobody","page":5}"#.to_vec(), &json, 422, "page"),
            ("/v1/visits", vec![b' '; 20_000], &json, 413, "16 KiB"),
            ("/v1/visits", b"{}".to_vec(), &[("content-type", "application/x-www-form-urlencoded")], 415, "json"),
            ("/v1/signup", format!(r#"{{"public_key":"{key}"}}"#).into_bytes(), &json, 422, "data"),
            ("/v1/signup", format!(r#"{{"public_key":"{key}","data":{{}}}}"#).into_bytes(), &json, 422, "email"),
            ("/v1/signup", format!(r#"{{"public_key":"{key}","data":{{"email":"nobody"}}}}"#).into_bytes(), &json, 422, "email"),
            ("/v1/signup", format!(r#"{{"public_key":"{key}","data":{{"email":"a@b.test","customer_key":7}}}}"#).into_bytes(), &json, 422, "data.customer_key"),
        ];
        for (path, body, headers, status, word) in cases {
            let answer = post(&shop, path, body.clone(), headers).await;
            let body: Value = serde_json::from_str(&answer.text).expect("JSON");
            assert_eq!(answer.status.as_u16(), status, "{answer:?}");
            assert_eq!(body["status"], status);
            assert!(body["message"].as_str().is_some_and(|message| message.contains(word)), "{answer:?}");
        }
        let foreign = [("content-type", "application/json"), ("origin", "https://evil.test")];
        let answer = post(&shop, "/v1/visits", format!(r#"{{"public_key":"{key}"}}"#), &foreign).await;
        assert_eq!(answer.status, 403);
        assert_eq!(answer.header("access-control-allow-origin"), "");
        let null = [("content-type", "application/json"), ("origin", "null")];
        assert_eq!(post(&shop, "/v1/visits", format!(r#"{{"public_key":"{key}"}}"#), &null).await.status, 403);
        let keyless = [("content-type", "application/json"), ("origin", "https://www.shop.test")];
        assert_eq!(post(&shop, "/v1/visits", "{}", &keyless).await.status, 401);
        let shop = shop.restart().await;
        assert_eq!(shop.node.count("select requests from refusals where origin = 'evil.test' and reason = 'origin_not_allowed' and program_id is null").await, 1);
        assert_eq!(shop.node.count("select requests from refusals where origin = 'www.shop.test' and reason = 'no_public_key' and program_id is not null").await, 1);
        assert_eq!(shop.node.count("select count(*) from visits").await, 0);
        shop.node.stop().await;
    }

    async fn who_writes_too_much_to_the_end_can_still_read_why(shop: Shop) {
        for path in ["/v1/visits", "/v1/nothing", "/webhooks/stripe/nothing", "/api/v2/customers"] {
            let mut connection = TcpStream::connect(shop.node.address).await.expect("a connection");
            let length = 4 * 1024 * 1024;
            let head = format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n");
            connection.write_all(head.as_bytes()).await.expect("the head is taken");
            connection.write_all(&vec![b' '; length]).await.expect("the whole body is taken");
            let mut answer = [0; 12];
            connection.read_exact(&mut answer).await.expect("an answer");
            assert!(answer.starts_with(b"HTTP/1.1 4"), "{path}: {}", String::from_utf8_lossy(&answer));
        }
        shop.node.stop().await;
    }

    async fn a_browser_may_ask_first(shop: Shop) {
        let request = shop.node.request("OPTIONS", "go.shop.test", "/v1/visits").header("origin", "https://www.shop.test");
        let answer = send(request).await;
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header("access-control-allow-origin"), "https://www.shop.test");
        assert_eq!(answer.header("access-control-allow-headers"), "content-type");
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        shop.node.stop().await;
    }

    async fn a_sign_up_is_taken_whether_new_known_or_forged(shop: Shop) {
        let xid = shop.node.get("/bo").await.xid();
        for xid in [xid.as_str(), "forged"] {
            let body = json!({
                "public_key": shop.setup.public_key,
                "data": { "email": "ada@park.test", "name": "Ada Park", "partner_key": "bo", "amount": 5 },
                "xid": xid,
                "xid_source": "cookie",
                "page": "https://app.shop.test/welcome",
            });
            let answer = post(&shop, "/v1/signup", body.to_string(), &[("origin", "https://app.shop.test")]).await;
            assert_eq!(answer.status, 202, "{answer:?}");
        }
        assert_eq!(shop.node.count("select count(*) from customers").await, 1);
        assert_eq!(shop.node.count("select count(*) from claims").await, 2);
        assert_eq!(shop.node.count("select count(*) from touches").await, 1);
        shop.node.stop().await;
    }

    async fn a_landing_counts_a_click_that_was_screened_out(shop: Shop) {
        let request = shop.node.request("GET", "go.shop.test", "/bo").header("sec-purpose", "prefetch");
        let answer = send(request).await;
        assert_eq!(answer.outcome(), "prefetch");
        assert_eq!(shop.node.count("select count(*) from clicks where outcome = 'prefetch'").await, 1);
        visit(&shop, json!({ "public_key": shop.setup.public_key, "xid": answer.xid() })).await;
        assert_eq!(shop.node.count("select count(*) from clicks where outcome = 'counted' and reclassified_at is not null").await, 1);
        assert_eq!(shop.node.count("select cast(sum(clicks) as bigint) from click_rollups where outcome = 'prefetch'").await, 0);
        assert_eq!(shop.node.count("select cast(sum(clicks) as bigint) from click_rollups where outcome = 'counted'").await, 1);
        shop.node.stop().await;
    }

    async fn the_snippet_is_served_current_and_frozen(shop: Shop) {
        for path in ["/v1/", "/v1/partner.js", "/pr/js"] {
            let answer = shop.node.get(path).await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "text/javascript; charset=utf-8"));
            assert_eq!(answer.header("cache-control"), "public, max-age=600");
        }
        let frozen = shop.node.get("/v1/1.0.0.js").await;
        assert_eq!(frozen.header("cache-control"), "public, max-age=31536000, immutable");
        let again = send(shop.node.request("GET", "go.shop.test", "/v1/1.0.0.js").header("if-none-match", frozen.header("etag"))).await;
        assert_eq!(again.status, 304);
        assert_eq!(shop.node.get("/v1/0.0.1.js").await.status, 404);
        shop.node.stop().await;
    }
}
