//! What is one tenant's is nobody else's, on every route: a foreign id is answered as one that was never given
//! (`reliability.md` P20).

use crate::on_both_engines;
use crate::support::{Caller, Reply, TestApp};
use axum::http::Method;
use serde_json::{Value, json};
use std::path::Path;

/// Every route of the API: method, path, the kind of object that the path names, and a body that the owner could send.
const ROUTES: [(&str, &str, &str, &str); 39] = [
    ("GET", "/partnerships", "", ""),
    ("POST", "/partnerships", "", r#"{"email":"eve@partner.test"}"#),
    ("GET", "/partnerships/{identifier}", "partner", ""),
    ("PATCH", "/partnerships/{identifier}", "partner", r#"{"first_name":"Eve"}"#),
    ("DELETE", "/partnerships/{identifier}", "partner", ""),
    ("GET", "/groups", "", ""),
    ("POST", "/groups", "", r#"{"name":"Eves"}"#),
    ("GET", "/links", "", ""),
    ("POST", "/links", "", r#"{"partner_key":"ada","dest":"https://shop.test/"}"#),
    ("GET", "/links/{key}", "link", ""),
    ("PATCH", "/links/{key}", "link", r#"{"title":"Eve's"}"#),
    ("DELETE", "/links/{key}", "link", ""),
    ("GET", "/links/partnership/{identifier}", "partner", ""),
    ("GET", "/clicks", "", ""),
    ("GET", "/clicks/{xid}", "click", ""),
    ("GET", "/customers", "", ""),
    ("POST", "/customers", "", r#"{"email":"eve@example.test"}"#),
    ("GET", "/customers/{key}", "customer", ""),
    ("PATCH", "/customers/{key}", "customer", r#"{"name":"Eve"}"#),
    ("DELETE", "/customers/{key}", "customer", ""),
    ("GET", "/customers/{key}/attribution", "customer", ""),
    ("GET", "/events", "", ""),
    ("POST", "/events/{key}/replay", "event", ""),
    ("GET", "/offers", "", ""),
    ("POST", "/offers", "", r#"{"trigger":"transaction","terms":{"type":"percent","rate_ppm":1}}"#),
    ("GET", "/offers/{key}", "offer", ""),
    ("PATCH", "/offers/{key}", "offer", r#"{"description":"Eve's"}"#),
    ("DELETE", "/offers/{key}", "offer", ""),
    ("GET", "/transactions", "", ""),
    ("POST", "/transactions", "", r#"{"customer_email":"eve@example.test","amount":1,"currency":"EUR"}"#),
    ("GET", "/transactions/{key}", "transaction", ""),
    ("DELETE", "/transactions/{key}", "transaction", ""),
    ("POST", "/investigations", "", r#"{"email":"eve@example.test"}"#),
    ("GET", "/investigations/{key}", "investigation", ""),
    ("GET", "/rewards", "", ""),
    ("POST", "/rewards", "", r#"{"partner_key":"ada","currency":"EUR","amount":1,"description":"Eve's"}"#),
    ("GET", "/rewards/{key}", "reward", ""),
    ("POST", "/link_checks", "", r#"{"link_key":"ada"}"#),
    ("GET", "/link_checks/{key}", "link_check", ""),
];

/// The one that is left, apart because of the width of a table.
const REVIEW: (&str, &str, &str, &str) = ("PATCH", "/rewards/{key}", "reward", r#"{"reward_status":"approved"}"#);

fn routes() -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
    ROUTES.into_iter().chain([REVIEW]).collect()
}

/// The routes that the source adds: `.route("/path", get(…).post(…))` in each stage's module.
fn routes_in_source() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/api");
    let mut found = Vec::new();
    for stage in std::fs::read_dir(folder).expect("a folder") {
        let file = stage.expect("an entry").path().join("mod.rs");
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        for route in text.split(".route(").skip(1) {
            let path = route.split('"').nth(1).expect("a path in quotes");
            let handlers = route.split_once(',').expect("handlers").1;
            for method in ["get", "post", "patch", "delete", "put"] {
                if handlers.contains(&format!("{method}(")) {
                    found.push((method.to_uppercase(), path.to_owned()));
                }
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_route_of_the_source_is_in_the_table() {
    let mut listed: Vec<_> =
        routes().iter().map(|(method, path, ..)| ((*method).to_owned(), (*path).to_owned())).collect();
    listed.sort();
    assert_eq!(routes_in_source(), listed);
}

/// The names by which one object of each kind goes, each with one that nobody was ever given.
struct Named(Vec<(&'static str, String, String)>);

impl Named {
    fn of(&self, kind: &str) -> impl Iterator<Item = &(&'static str, String, String)> {
        self.0.iter().filter(move |(known, ..)| *known == kind)
    }
}

fn key(object: &Value) -> String {
    object["key"].as_str().expect("a key").to_owned()
}

/// The same shape, another object.
fn altered(id: &str) -> String {
    let mut letters: Vec<char> = id.chars().collect();
    let last = letters.len() - 1;
    for at in [last, last - 2] {
        letters[at] = if letters[at] == 'z' { '0' } else { 'z' };
    }
    letters.into_iter().collect()
}

/// One of everything, in live mode.
async fn fill(app: &TestApp) -> Named {
    let partner = app.partner("ada").await;
    let link = key(&app.live.get("/links").await.items()[0]);
    let offer = key(&app.percent_offer(200_000).await);
    let xid = app.click("ada").await;
    app.sign_up(json!({ "customer_key": "u-1", "email": "u1@example.test" }), Some(&xid)).await;
    let new = json!({ "customer_key": "u-1", "email": "u1@example.test" });
    let customer = key(&app.live.create("/customers", &new).await);
    let payment = json!({ "customer_key": customer, "amount": 1_000, "currency": "EUR", "key": "order-1" });
    app.live.create("/transactions", &payment).await;
    let reward = key(&app.live.get("/rewards").await.items()[0]);
    app.stripe("evt_1", "charge.succeeded", &json!("nothing")).await;
    let event = key(&app.live.get("/events?source=stripe").await.items()[0]);
    // The destination's name resolves to nothing here; that is a finding too.
    let link_check = key(&app.live.create("/link_checks", &json!({ "link_key": "ada" })).await);
    let asked = key(&app.live.create("/investigations", &json!({ "customer_key": "u-1" })).await);
    let names = [
        ("investigation", asked),
        ("partner", key(&partner)),
        ("partner", "ada".into()),
        ("partner", "ada@partners.test".into()),
        ("link", link),
        ("offer", offer),
        ("click", xid),
        ("customer", customer),
        ("customer", "u-1".into()),
        ("customer", "u1@example.test".into()),
        ("transaction", "order-1".into()),
        ("reward", reward),
        ("link_check", link_check),
        ("event", event),
    ];
    Named(names.map(|(kind, name)| (kind, name.clone(), altered(&name))).into())
}

async fn call(caller: &Caller, method: &str, path: &str, body: &str) -> Reply {
    let request = caller.request(method.parse::<Method>().expect("a method"), path);
    let request = if body.is_empty() {
        request
    } else {
        request.header("content-type", "application/json").body(body.to_owned())
    };
    Reply::of(request).await
}

fn path_with(path: &str, name: &str) -> String {
    let (front, rest) = path.split_once('{').expect("a place for a name");
    let (_, back) = rest.split_once('}').expect("its end");
    format!("{front}{name}{back}")
}

async fn everything(app: &TestApp) -> Vec<Value> {
    let mut all = Vec::new();
    for list in ["/partnerships", "/groups", "/links", "/offers", "/customers", "/transactions", "/rewards", "/clicks"]
    {
        all.extend(app.live.get(list).await.items());
    }
    all
}

on_both_engines! {
    async fn foreign_names_are_answered_as_names_that_nobody_has(app: TestApp) {
        let named = fill(&app).await;
        let before = everything(&app).await;
        let (_, [other, other_testing]) = app.another_program("Other").await;
        let mut cells = 0;
        for (method, path, kind, body) in routes() {
            for (_, own, random) in named.of(kind) {
                for caller in [&other, &other_testing, &app.test] {
                    let foreign = call(caller, method, &path_with(path, own), body).await;
                    let absent = call(caller, method, &path_with(path, random), body).await;
                    assert!(foreign.status.is_client_error(), "{method} {path} of {own}: {}", foreign.text);
                    assert_eq!((foreign.status, foreign.text), (absent.status, absent.text), "{method} {path} of {own}");
                    cells += 2;
                }
                let absent = call(&app.live, method, &path_with(path, random), body).await;
                assert!(absent.status.is_client_error(), "{method} {path} of {random}: {}", absent.text);
                cells += 1;
            }
        }
        assert_eq!(everything(&app).await, before, "nobody changed anything");
        println!("{cells} cells");
    }

    async fn malformed_names_are_refused_plainly(app: TestApp) {
        let long = "x".repeat(1_000);
        let malformed = ["%00", "a%00b", "%ff", "%F0%9F%A6%80", "a%2Fb", "..%2f..", "'%20or%201=1--", "%25", "-1", long.as_str()];
        for (method, path, kind, body) in routes().into_iter().filter(|(_, _, kind, _)| !kind.is_empty()) {
            for name in malformed {
                let reply = call(&app.live, method, &path_with(path, name), body).await;
                assert!(reply.status.is_client_error(), "{method} {path} of {kind} {name}: {} {}", reply.status, reply.text);
            }
        }
    }

    async fn without_a_pair_of_keys_that_fits_every_name_looks_the_same(app: TestApp) {
        let named = fill(&app).await;
        let before = everything(&app).await;
        let (other, _) = app.another_program("Other").await;
        let setup = &app.setup;
        let callers = [
            app.caller("", ""),
            app.caller(&setup.public_key, "sk_wrong"),
            app.caller(&setup.public_key, ""),
            app.caller(&setup.public_key, &setup.test_secret_key),
            app.caller(&setup.public_key, &other.secret_key),
            app.caller(&setup.public_key, &setup.s2s_token),
            app.caller(&setup.s2s_token, &setup.s2s_token),
        ];
        for (method, path, kind, body) in routes() {
            let paths: Vec<String> = match kind {
                "" => vec![path.to_owned()],
                _ => named.of(kind).flat_map(|(_, own, random)| [path_with(path, own), path_with(path, random)]).collect(),
            };
            for (number, caller) in callers.iter().enumerate() {
                let mut seen: Option<String> = None;
                for path in &paths {
                    let reply = call(caller, method, path, body).await;
                    assert_eq!(reply.status, 401, "{method} {path} as caller {number}");
                    assert_eq!(*seen.get_or_insert_with(|| reply.text.clone()), reply.text, "{method} {path}");
                }
            }
            let token = app.browser.request(method.parse().expect("a method"), format!("{}/api/v2{}", app.base, paths[0]));
            assert_eq!(Reply::of(token.bearer_auth(&setup.s2s_token)).await.status, 401, "{method} {path}");
        }
        assert_eq!(everything(&app).await, before, "nobody changed anything");
    }

    async fn foreign_names_in_bodies_are_names_that_nobody_has(app: TestApp) {
        let named = fill(&app).await;
        let before = everything(&app).await;
        let (_, [other, _]) = app.another_program("Other").await;
        for caller in [&other, &app.test] {
            for (method, path, kind, make) in [
                ("POST", "/links", "partner", (|name| json!({ "partner_key": name, "dest": "https://shop.test/" })) as fn(&str) -> Value),
                ("POST", "/transactions", "customer", |name| json!({ "customer_key": name, "amount": 1, "currency": "EUR" })),
                ("POST", "/rewards", "partner", |name| json!({ "partner_key": name, "amount": 1, "currency": "EUR", "description": "x" })),
                ("POST", "/rewards", "customer", |name| json!({ "target": { "type": "customer", "key": name }, "amount": 1, "description": "x" })),
                ("POST", "/rewards", "transaction", |name| json!({ "target": { "type": "transaction", "key": name }, "amount": 1, "description": "x" })),
                ("POST", "/link_checks", "link", |name| json!({ "link_key": name })),
                ("POST", "/offers", "offer", |name| json!({ "group_key": name, "trigger": "transaction", "terms": { "type": "percent", "rate_ppm": 1 } })),
            ] {
                for (_, own, random) in named.of(kind) {
                    let foreign = call(caller, method, path, &make(own).to_string()).await;
                    let absent = call(caller, method, path, &make(random).to_string()).await;
                    assert!(foreign.status.is_client_error(), "{method} {path} of {own}: {}", foreign.text);
                    assert_eq!((foreign.status, foreign.text), (absent.status, absent.text), "{method} {path} of {own}");
                }
            }
        }
        assert_eq!(everything(&app).await, before, "nobody changed anything");
    }

    async fn foreign_names_in_filters_and_cursors_are_names_that_nobody_has(app: TestApp) {
        let named = fill(&app).await;
        let (_, [other, _]) = app.another_program("Other").await;
        for caller in [&other, &app.test] {
            for (query, kind) in [
                ("/links?partner_key=", "partner"),
                ("/clicks?partner_key=", "partner"),
                ("/customers?partner_key=", "partner"),
                ("/transactions?customer_key=", "customer"),
                ("/rewards?customer_key=", "customer"),
                ("/rewards?partner_key=", "partner"),
                ("/partnerships?keywords=", "partner"),
                ("/partnerships?starting_after=", "partner"),
                ("/links?starting_after=", "link"),
                ("/offers?starting_after=", "offer"),
                ("/clicks?starting_after=", "click"),
                ("/customers?starting_after=", "customer"),
                ("/transactions?starting_after=", "transaction"),
                ("/rewards?starting_after=", "reward"),
                ("/events?starting_after=", "event"),
            ] {
                for (_, own, random) in named.of(kind) {
                    let foreign = call(caller, "GET", &format!("{query}{own}"), "").await;
                    assert!(!foreign.status.is_server_error(), "{query}{own}: {}", foreign.text);
                    let told = named.0.iter().any(|(_, own, _)| own.len() > 3 && foreign.text.contains(own.as_str()));
                    assert!(!told || !foreign.status.is_success(), "{query}{own}: {}", foreign.text);
                    // The shape of a click id cannot be altered without its proof, which is checked first.
                    if kind != "click" {
                        let absent = call(caller, "GET", &format!("{query}{random}"), "").await;
                        assert_eq!((foreign.status, foreign.text), (absent.status, absent.text), "{query}{own}");
                    }
                }
            }
        }
    }
}
