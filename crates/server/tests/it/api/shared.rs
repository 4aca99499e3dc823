//! What every route has in common: keys, bodies, paths, tenants, `Idempotency-Key`.

use crate::on_both_engines;
use crate::support::{Caller, Reply, TestApp};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::Path;
use whence::jobs::forget_answers;
use whence::secret;
use whence::store::idempotency::{self, RequestKey};
use whence::store::program::keys;
use whence::store::{Conn, Priority, StoreError};

/// Every route of the API that exists, with ids that exist nowhere.
const ROUTES: [(&str, &str); 36] = [
    ("GET", "/partnerships"),
    ("POST", "/partnerships"),
    ("GET", "/partnerships/nobody"),
    ("PATCH", "/partnerships/nobody"),
    ("DELETE", "/partnerships/nobody"),
    ("GET", "/groups"),
    ("POST", "/groups"),
    ("GET", "/links"),
    ("POST", "/links"),
    ("GET", "/links/link_x"),
    ("DELETE", "/links/link_x"),
    ("GET", "/links/partnership/nobody"),
    ("GET", "/offers"),
    ("POST", "/offers"),
    ("PATCH", "/offers/offer_x"),
    ("DELETE", "/offers/offer_x"),
    ("GET", "/clicks"),
    ("GET", "/clicks/x"),
    ("GET", "/events"),
    ("POST", "/events/evt_x/replay"),
    ("GET", "/customers"),
    ("POST", "/customers"),
    ("GET", "/customers/nobody"),
    ("PATCH", "/customers/nobody"),
    ("DELETE", "/customers/nobody"),
    ("GET", "/customers/nobody/attribution"),
    ("GET", "/transactions"),
    ("POST", "/transactions"),
    ("DELETE", "/transactions/nothing"),
    ("GET", "/rewards"),
    ("POST", "/rewards"),
    ("PATCH", "/rewards/nothing"),
    ("POST", "/investigations"),
    ("POST", "/link_checks"),
    ("GET", "/link_checks/nothing"),
    ("GET", "/investigations/nothing"),
];

fn method(name: &str) -> Method {
    name.parse().expect("a method")
}

/// POST of bytes that need not be JSON.
async fn post_raw(caller: &Caller, path: &str, body: &[u8]) -> Reply {
    let request = caller.request(Method::POST, path).header("content-type", "application/json");
    Reply::of(request.body(body.to_vec())).await
}

fn partner(key: &str) -> Value {
    json!({ "email": format!("{key}@partner.test"), "partner_key": key })
}

async fn post_with_key(caller: &Caller, path: &str, key: &str, body: &Value) -> Reply {
    Reply::of(caller.request(Method::POST, path).header("idempotency-key", key).json(body)).await
}

/// The routes as the source declares them, with `{…}` for a key: `/links/{key}`.
fn declared() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/api");
    let mut found = Vec::new();
    for stage in ["program", "tracking", "earning", "investigation"] {
        let text = std::fs::read_to_string(folder.join(stage).join("mod.rs")).expect("a stage's routes");
        let after_route = text.split(".route(").skip(1);
        found.extend(after_route.map(|rest| rest.split('"').nth(1).expect("a path").to_owned()));
    }
    found
}

fn fits(declared: &str, path: &str) -> bool {
    let (mut one, mut other) = (declared.split('/'), path.split('/'));
    loop {
        match (one.next(), other.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part.starts_with('{') || part == given => {}
            _ => return false,
        }
    }
}

#[test]
fn every_route_stands_in_the_matrix() {
    let without: Vec<_> =
        declared().into_iter().filter(|route| !ROUTES.iter().any(|(_, path)| fits(route, path))).collect();
    assert!(without.is_empty(), "no row in ROUTES for {without:?}");
}

on_both_engines! {
    async fn no_route_answers_without_keys_that_fit(app: TestApp) {
        let (other, _) = app.another_program("Other").await;
        let setup = &app.setup;
        for (public, secret) in [
            ("", ""),
            (setup.public_key.as_str(), ""),
            (setup.secret_key.as_str(), setup.secret_key.as_str()),
            (setup.public_key.as_str(), setup.test_secret_key.as_str()),
            (setup.public_key.as_str(), other.secret_key.as_str()),
            (setup.public_key.as_str(), setup.s2s_token.as_str()),
            ("pk_\u{0}", "x"),
        ] {
            let caller = app.caller(public, secret);
            for (name, path) in ROUTES {
                let reply = Reply::of(caller.request(method(name), path)).await;
                reply.refused(401, "");
                assert!(reply.headers.contains_key("www-authenticate"));
            }
        }
    }

    async fn a_secret_key_from_a_browser_is_refused(app: TestApp) {
        let request = app.live.request(Method::GET, "/partnerships").header("origin", "https://www.shop.test");
        Reply::of(request).await.refused(403, "");
    }

    async fn unreadable_bodies_are_4xx_on_every_unsafe_route(app: TestApp) {
        let deep = "[".repeat(20_000);
        let huge = format!(r#"{{"email":"{}"}}"#, "x".repeat(300_000));
        // A delivery is replayed by its address alone: that route reads no body.
        let reads_a_body = |(name, path): &(&str, &str)| matches!(*name, "POST" | "PATCH") && !path.ends_with("/replay");
        for (name, path) in ROUTES.into_iter().filter(reads_a_body) {
            for (body, status) in [
                (&b""[..], 400),
                (b"{", 400),
                (b"{\"email\":\"\xff\"}", 400),
                (br#"{"email":"\ud800"}"#, 400),
                (br#"{"a":1e999}"#, 400),
                (deep.as_bytes(), 400),
                (b"[]", 422),
                (b"null", 422),
                (b"\"text\"", 422),
                (huge.as_bytes(), 413),
            ] {
                let request = app.live.request(method(name), path).header("content-type", "application/json");
                Reply::of(request.body(body.to_vec())).await.refused(status, "");
            }
            let request = app.live.request(method(name), path).header("content-type", "text/csv");
            Reply::of(request.body("a,b")).await.refused(415, "");
            let request = app.live.request(method(name), path).header("content-encoding", "gzip");
            Reply::of(request.body("x")).await.refused(415, "");
        }
        assert_eq!(app.live.get("/partnerships").await.items().len(), 0);
    }

    async fn of_a_field_given_twice_one_value_counts(app: TestApp) {
        let body = br#"{"email":"a@x.yz","email":"b@x.yz"}"#;
        assert_eq!(post_raw(&app.live, "/partnerships", body).await.data()["email"], "b@x.yz");
    }

    async fn odd_paths_and_methods_are_answered_plainly(app: TestApp) {
        for path in ["/nothing", "/partnerships/%00", "/partnerships/a%00b", "/partnerships/%ff", "/links/%2e%2e", "/"] {
            app.live.get(path).await.refused(404, "");
        }
        let long = "k".repeat(5_000);
        app.live.get(&format!("/partnerships/{long}")).await.refused(404, "");
        let reply = Reply::of(app.live.request(Method::PUT, "/partnerships")).await;
        reply.refused(405, "");
    }

    async fn every_answer_carries_the_security_headers(app: TestApp) {
        for path in ["/partnerships", "/nothing"] {
            let headers = app.live.get(path).await.headers;
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert_eq!(headers["cache-control"], "no-store");
            assert!(headers.contains_key("content-security-policy"));
        }
    }

    async fn what_is_somebody_elses_is_as_good_as_absent(app: TestApp) {
        let (_, [other, _]) = app.another_program("Other").await;
        let ours = app.live.create("/partnerships", &partner("ada")).await;
        let link = json!({ "partner_key": "ada", "dest": "https://shop.test/", "link_key": "one" });
        let link = app.live.create("/links", &link).await;
        let terms = json!({ "trigger": "transaction", "terms": { "type": "percent", "rate_ppm": 1 } });
        let offer = app.live.create("/offers", &terms).await;
        let group = app.live.create("/groups", &json!({ "name": "Agencies" })).await;
        let key = |object: &Value| object["key"].as_str().expect("a key").to_owned();
        let foreign = [
            ("GET", format!("/partnerships/{}", key(&ours))),
            ("GET", "/partnerships/ada".into()),
            ("GET", "/partnerships/ada@partner.test".into()),
            ("PATCH", format!("/partnerships/{}", key(&ours))),
            ("DELETE", format!("/partnerships/{}", key(&ours))),
            ("GET", format!("/links/{}", key(&link))),
            ("PATCH", format!("/links/{}", key(&link))),
            ("DELETE", format!("/links/{}", key(&link))),
            ("GET", "/links/partnership/ada".into()),
            ("GET", format!("/offers/{}", key(&offer))),
            ("PATCH", format!("/offers/{}", key(&offer))),
            ("DELETE", format!("/offers/{}", key(&offer))),
        ];
        for caller in [&other, &app.test] {
            for (name, path) in &foreign {
                let reply = Reply::of(caller.request(method(name), path).json(&json!({}))).await;
                reply.refused(404, "");
                let (front, _) = path.rsplit_once('/').expect("a path");
                let random = Reply::of(caller.request(method(name), &format!("{front}/random")).json(&json!({}))).await;
                assert_eq!(reply.text, random.text, "a foreign key and a random one look the same: {path}");
            }
            let body = json!({ "partner_key": "ada", "dest": "https://shop.test/" });
            caller.post("/links", &body).await.refused(404, "partner_key");
            assert_eq!(caller.get("/links?partner_key=ada").await.items().len(), 0);
            assert_eq!(caller.get("/offers").await.items().len(), 0);
        }
        let body = json!({ "email": "x@y.zz", "group_key": group["key"] });
        other.post("/partnerships", &body).await.refused(404, "group_key");
        assert_eq!(other.get("/partnerships").await.items().len(), 0);
        let cursor = format!("/partnerships?starting_after={}", key(&ours));
        assert_eq!(other.get(&cursor).await.items().len(), 0);
        // The same public codes are free in another program, and in the other mode.
        other.create("/partnerships", &partner("ada")).await;
        app.test.create("/partnerships", &partner("ada")).await;
        assert_eq!(app.live.get("/partnerships").await.items(), [ours]);
    }

    async fn fifty_at_once_under_one_key_have_one_effect(app: TestApp) {
        let tasks: Vec<_> = (0..50)
            .map(|_| {
                let caller = app.live.clone();
                tokio::spawn(async move { post_with_key(&caller, "/partnerships", "once", &partner("ada")).await })
            })
            .collect();
        let mut bodies = HashSet::new();
        for task in tasks {
            let reply = task.await.expect("an answer");
            match reply.status {
                StatusCode::OK => drop(bodies.insert(reply.text)),
                StatusCode::CONFLICT => reply.refused(409, "Idempotency-Key"),
                other => panic!("{other}: {}", reply.text),
            }
        }
        assert_eq!(bodies.len(), 1, "whoever was served saw the same answer");
        assert_eq!(app.live.get("/partnerships").await.items().len(), 1);
        let again = post_with_key(&app.live, "/partnerships", "once", &partner("ada")).await;
        assert_eq!(Some(&again.text), bodies.iter().next());
        assert_eq!(again.headers["idempotency-replayed"], "true");
        assert_eq!(again.headers["content-type"], "application/json");
    }

    async fn a_key_is_bound_to_its_body_its_route_and_its_keys(app: TestApp) {
        let made = post_with_key(&app.live, "/partnerships", "k", &partner("ada")).await.data();
        post_with_key(&app.live, "/partnerships", "k", &partner("bo")).await.refused(422, "Idempotency-Key");
        let group = post_with_key(&app.live, "/groups", "k", &json!({ "name": "Agencies" })).await.data();
        assert_eq!(group["slug"], "agencies");
        let testing = post_with_key(&app.test, "/partnerships", "k", &partner("ada")).await.data();
        assert_ne!(testing["key"], made["key"]);
        for key in ["", " ", &"k".repeat(256)] {
            post_with_key(&app.live, "/partnerships", key, &partner("cy")).await.refused(422, "Idempotency-Key");
        }
    }

    async fn a_request_that_did_nothing_may_be_mended_under_its_key(app: TestApp) {
        post_with_key(&app.live, "/partnerships", "k", &json!({ "email": "oops" })).await.refused(422, "email");
        post_with_key(&app.live, "/partnerships", "k", &partner("ada")).await.data();
        post_with_key(&app.live, "/links", "l", &json!({ "partner_key": "bo", "dest": "https://shop.test" }))
            .await
            .refused(404, "partner_key");
        app.live.create("/partnerships", &partner("bo")).await;
        post_with_key(&app.live, "/links", "l", &json!({ "partner_key": "bo", "dest": "https://shop.test" })).await.data();
    }

    async fn a_key_whose_process_died_is_taken_over(app: TestApp) {
        let mut conn = app.app.store.read().await.expect("a connection");
        let pair = keys::list(&mut conn, &app.tenant()).await.expect("listed").remove(0);
        let hash = secret::hash([b"/partnerships\n", partner("ada").to_string().as_bytes()].concat());
        let request = RequestKey {
            tenant: app.tenant(),
            pair: pair.id,
            route: "POST /partnerships".into(),
            key: "k".into(),
        };
        let input = (request, hash, app.app.now());
        let begun = app.app.store.write(Priority::Money, input, |conn, (request, hash, now)| {
            Box::pin(idempotency::insert(conn, request, hash, *now))
        });
        assert!(begun.await.expect("stored"));
        post_with_key(&app.live, "/partnerships", "k", &partner("ada")).await.refused(409, "Idempotency-Key");
        app.clock.pass_days(1);
        post_with_key(&app.live, "/partnerships", "k", &partner("ada")).await.data();
    }

    async fn a_request_whose_answer_was_lost_is_never_done_again(app: TestApp) {
        app.live.create("/partnerships", &partner("ada")).await;
        let bonus = json!({ "partner_key": "ada", "amount": 500, "currency": "EUR", "description": "Thanks" });
        post_with_key(&app.live, "/rewards", "k", &bonus).await.data();
        // As if the process had died between the effect and the answer.
        let forget = || async {
            let forgotten = app.app.store.write(Priority::Money, (), |conn, ()| {
                Box::pin(async move {
                    let text = "update idempotency_keys set status = null, body = null";
                    match conn {
                        Conn::Sqlite(conn) => sqlx::query(text).execute(&mut **conn).await.map(|_| ())?,
                        Conn::Postgres(conn) => sqlx::query(text).execute(&mut **conn).await.map(|_| ())?,
                    }
                    Ok::<_, StoreError>(())
                })
            });
            forgotten.await.expect("the answer is forgotten");
        };
        forget().await;
        post_with_key(&app.live, "/rewards", "k", &bonus).await.refused(409, "Idempotency-Key");
        app.clock.pass_days(1);
        post_with_key(&app.live, "/rewards", "k", &bonus).await.refused(409, "Idempotency-Key");
        assert_eq!(app.live.get("/rewards").await.items().len(), 1, "paid once");
    }

    async fn answers_are_kept_for_a_month(app: TestApp) {
        let body = partner("ada");
        let first = post_with_key(&app.live, "/partnerships", "k", &body).await;
        app.clock.pass_days(29);
        assert_eq!(forget_answers::forget(&app.app).await.expect("looked"), 0);
        assert_eq!(post_with_key(&app.live, "/partnerships", "k", &body).await.text, first.text);
        app.clock.pass_days(2);
        assert_eq!(forget_answers::forget(&app.app).await.expect("looked"), 1);
        post_with_key(&app.live, "/partnerships", "k", &body).await.refused(409, "email");
    }

    async fn unsafe_methods_other_than_post_are_served_once_too(app: TestApp) {
        app.live.create("/partnerships", &partner("ada")).await;
        let send = |name: &str, body: Value| {
            let request = app.live.request(method(name), "/partnerships/ada").header("idempotency-key", "k");
            Reply::of(request.json(&body))
        };
        let first = send("PATCH", json!({ "first_name": "Ada" })).await;
        app.live.patch("/partnerships/ada", &json!({ "first_name": "Eve" })).await.data();
        assert_eq!(send("PATCH", json!({ "first_name": "Ada" })).await.text, first.text);
        assert_eq!(app.live.get("/partnerships/ada").await.data()["first_name"], "Eve", "it was not done again");
        assert_eq!(send("DELETE", json!({})).await.data()["archived"], true);
        app.live.patch("/partnerships/ada", &json!({ "archived": false })).await.data();
        assert_eq!(send("DELETE", json!({})).await.data()["archived"], true);
        assert_eq!(app.live.get("/partnerships/ada").await.data()["archived"], false);
    }
}
