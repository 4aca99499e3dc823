//! People at the dashboard: signing in, adding a partner with a link and an offer, seeing a sign-up and a payment arrive,
//! deciding about the commission. Through the router, with cookies and forms as a browser sends them.

use crate::app::App;
use crate::cli::setup::{SetupInput, SetupOutput, set_up};
use crate::clock::SetClock;
use crate::config::Config;
use crate::flows::tracking::sign_up::{SignUpRequest, sign_up};
use crate::store::program::links;
use axum::Router;
use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use std::collections::BTreeMap;
use std::sync::Arc;
use tower::ServiceExt;
use whence_domain::program::{Email, Slug};
use whence_domain::tracking::CustomerKey;
use whence_domain::tracking::screening::Outcome;
use whence_domain::tracking::xid::{ClickKey, XidFields};
use whence_domain::{Instant, Mode, ProgramId, Tenant};

const EMAIL: &str = "mara@acme.test";
const PASSWORD: &str = "correct horse battery";
/// 2026-03-12T13:00Z.
const NOON: Instant = Instant::from_seconds(1_773_320_400);

/// A Whence with one program, and its clock.
struct Place {
    app: App,
    router: Router,
    clock: Arc<SetClock>,
    setup: SetupOutput,
    _folder: tempfile::TempDir,
}

/// What a page was answered with.
struct Shown {
    status: StatusCode,
    location: String,
    html: String,
    headers: http::HeaderMap,
}

/// Somebody's browser: keeps cookies, follows redirects, and sends forms with the token of the page it is on.
struct Browser<'a> {
    place: &'a Place,
    cookies: BTreeMap<String, String>,
    csrf: String,
    mode: &'static str,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Config {
            data_dir: folder.path().join("data"),
            database_url: None,
            listen: ([127, 0, 0, 1], 8080).into(),
            app_url: "http://whence.test".parse().expect("an address"),
            trusted_proxies: Vec::new(),
        };
        let clock = Arc::new(SetClock::new(NOON));
        let app = App::open(config, clock.clone()).await.expect("an app opens");
        let input = SetupInput {
            program: "Acme Shop".into(),
            site: "https://www.acme.test".into(),
            link_host: "go.acme.test".into(),
            currency: "EUR".into(),
            email: EMAIL.into(),
            password: PASSWORD.into(),
            time_zone: "Europe/Berlin".into(),
        };
        let setup = set_up(&app, &input).await.expect("a program is set up");
        Self { router: crate::server::router(&app), app, clock, setup, _folder: folder }
    }

    fn tenant(&self) -> Tenant {
        Tenant::new(ProgramId::parse(&self.setup.program_key).expect("a program's id"), Mode::Live)
    }

    fn browser(&self) -> Browser<'_> {
        Browser { place: self, cookies: BTreeMap::new(), csrf: String::new(), mode: "live" }
    }

    /// What the company's own server calls.
    async fn api(&self, path: &str, body: &str) {
        use base64::Engine as _;
        let keys = format!("{}:{}", self.setup.public_key, self.setup.secret_key);
        let basic = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(keys));
        let request = Request::post(format!("/api/v2{path}"))
            .header(header::AUTHORIZATION, basic)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_owned()))
            .expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }

    /// A click on the link an hour ago, and a sign-up with its id that the snippet tells of now.
    async fn refer(&self, link_key: &str, email: &str, name: &str) {
        let slug = Slug::parse(link_key).expect("a link key");
        let mut conn = self.app.store.read().await.expect("a connection");
        let link = links::find_by_link_key(&mut conn, &self.tenant(), &slug).await.expect("read").expect("the link");
        drop(conn);
        let fields = XidFields {
            link_number: u64::try_from(link.number).expect("a link number"),
            mode: Mode::Live,
            class: Outcome::Counted,
            key: ClickKey { incarnation: 1, millis: self.app.now().millis() - 3_600_000, counter: 0 },
        };
        let request = SignUpRequest {
            tenant: self.tenant(),
            email: Email::parse(email).ok(),
            customer_key: CustomerKey::parse(name).ok(),
            name: Some(name.into()),
            partner_key: None,
            xid: Some(self.app.xid_keys().mint(&fields).as_str().to_owned()),
            xid_source: Some("cookie".into()),
            page_host: Some("app.acme.test".into()),
            page_path: Some("/welcome".into()),
            snippet: Some("1.0.0".into()),
            problems: vec![],
            from_site: true,
            agent: None,
        };
        sign_up(&self.app, request).await.expect("the sign-up is kept");
    }
}

impl Browser<'_> {
    async fn send(&mut self, method: Method, path: &str, body: String, site: &str) -> Shown {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "whence.test")
            .header("sec-fetch-site", site)
            .header(header::COOKIE, cookies.join("; "))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body))
            .expect("a request");
        let answer = self.place.router.clone().oneshot(request).await.expect("an answer");
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
            let (name, rest) = cookie.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            match value {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let (parts, body) = answer.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 22).await.expect("a body");
        let location = parts.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let html = String::from_utf8(bytes.to_vec()).expect("text");
        if let Some((_, rest)) = html.split_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap_or_default().to_owned();
        }
        Shown { status: parts.status, location: location.to_owned(), html, headers: parts.headers }
    }

    /// Opens a page, over redirects.
    async fn open(&mut self, path: &str) -> Shown {
        let mut path = path.to_owned();
        for _ in 0..5 {
            let shown = self.send(Method::GET, &path, String::new(), "same-origin").await;
            if shown.status != StatusCode::SEE_OTHER {
                return shown;
            }
            path = shown.location;
        }
        panic!("{path} leads in circles")
    }

    /// Sends a form and opens what it leads to.
    async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let shown = self.send(Method::POST, path, self.form(fields), "same-origin").await;
        if shown.status == StatusCode::SEE_OTHER { self.open(&shown.location).await } else { shown }
    }

    fn form(&self, fields: &[(&str, &str)]) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &self.csrf).append_pair("mode", self.mode);
        form.extend_pairs(fields).finish()
    }

    async fn sign_in(&mut self) {
        let shown = self.submit("/sign-in", &[("email", EMAIL), ("password", PASSWORD), ("next", "/dashboard")]).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
        assert!(shown.html.contains("Acme Shop"));
    }
}

/// Asserts that the page says all of it.
fn says(shown: &Shown, texts: &[&str]) {
    for text in texts {
        assert!(shown.html.contains(text), "{text:?} is not on the page:\n{}", shown.html);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_partner_to_an_approved_commission() {
    let place = Place::new().await;
    let mut mara = place.browser();
    let asked = mara.send(Method::GET, "/", String::new(), "none").await;
    assert_eq!(asked.location, "/dashboard");
    mara.sign_in().await;
    says(&mara.open("/dashboard").await, &["Get started", "Add your first partner"]);

    let added = [("name", "Bo Lindqvist"), ("email", "bo@lindqvist.test"), ("partner_key", ""), ("group", "")];
    let partner = mara.submit("/dashboard/partners", &added).await;
    says(&partner, &["Bo Lindqvist is a partner now.", "http://go.acme.test/bo-lindqvist", "https://www.acme.test"]);
    let twice = mara.submit("/dashboard/partners", &added).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    says(&twice, &["Another partner has this e-mail address.", "Bo Lindqvist"]);

    let offer = [("description", "Standard"), ("trigger", "transaction"), ("terms", "percent"), ("rate", "20")];
    says(&mara.submit("/dashboard/offers", &offer).await, &["20%", "of every payment", "Standard"]);

    place.clock.set(NOON.plus_micros(2 * 3_600_000_000));
    place.refer("bo-lindqvist", "ada@park.test", "Ada <i>Park</i>").await;
    place.clock.set(NOON.plus_micros(3 * 3_600_000_000));
    let paid = r#"{"customer_external_key":"Ada <i>Park</i>","amount":12000,"currency":"EUR","key":"order-1"}"#;
    place.api("/transactions", paid).await;

    let home = mara.open("/dashboard").await;
    says(&home, &["€120.00", "€24.00", "1 commission to review", "Ada &#60;i&#62;Park", "Bo Lindqvist earns €24.00"]);
    assert!(!home.html.contains("<i>Park"));

    let list = mara.open("/dashboard/referrals?q=ADA%40&state=paid").await;
    says(&list, &["ada@park.test", "Bo Lindqvist", "€120.00"]);
    let customer = list.html.split("/dashboard/referrals/").find_map(|rest| rest.split('"').next().filter(|id| id.starts_with("cus_")));
    let customer = mara.open(&format!("/dashboard/referrals/{}", customer.expect("a link to the customer"))).await;
    says(&customer, &["Why Bo Lindqvist", "It was the last click before the sign-up.", "order-1", "Standard", "Told by the snippet on app.acme.test/welcome"]);

    let review = mara.open("/dashboard/commissions").await;
    says(&review, &["€24.00", "To review"]);
    let commission = review.html.split("/dashboard/commissions/").find_map(|rest| rest.strip_prefix("rwrd_"));
    let commission = format!("rwrd_{}", &commission.expect("a commission")[..26]);
    let back = [("back", "/dashboard/commissions?status=approved")];
    let approved = mara.submit(&format!("/dashboard/commissions/{commission}/approve"), &back).await;
    says(&approved, &["Approved: €24.00", "Approved</span>"]);
    let decline = format!("/dashboard/commissions/{commission}/decline");
    let bare = mara.submit(&decline, &[("reason", " "), ("back", "//evil.test")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!bare.html.contains("evil.test"));
    let declined = mara.submit(&decline, &[("reason", "Own company."), ("back", "/dashboard/commissions?status=declined")]).await;
    says(&declined, &["Declined: €24.00", "Own company."]);

    for key in ["bo-lindqvist", "Ym8tbGluZHF2aXN0", "Ym8tbGluZHF2aXN0%3D", "BO%40lind", "lindq"] {
        says(&mara.open(&format!("/dashboard/partners?q={key}")).await, &["bo@lindqvist.test"]);
        if !key.contains("lind") {
            says(&mara.open(&format!("/dashboard/clicks?partner={key}")).await, &["No such clicks"]);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_opens_while_there_is_nothing_and_the_modes_do_not_mix() {
    let place = Place::new().await;
    let mut mara = place.browser();
    mara.sign_in().await;
    let paths = ["", "/referrals", "/partners", "/partners/new", "/clicks", "/commissions", "/offers", "/offers/new", "/integrations", "/settings"];
    for mode in ["live", "test"] {
        mara.open("/dashboard").await;
        mara.submit("/dashboard/mode", &[("to", mode)]).await;
        mara.mode = mode;
        for path in paths {
            let shown = mara.open(&format!("/dashboard{path}")).await;
            assert_eq!(shown.status, StatusCode::OK, "{mode} {path}: {}", shown.html);
            assert_eq!(shown.html.contains("Test mode."), mode == "test", "{path}");
            assert!(shown.headers[header::CONTENT_SECURITY_POLICY.as_str()].to_str().is_ok_and(|policy| policy.contains("script-src 'self'")));
            assert_eq!(shown.headers[header::CACHE_CONTROL.as_str()], "no-store");
        }
        for query in ["/clicks?outcome=unknown", "/clicks?outcome=bot&after=1.2.3", "/commissions?status=all&partner=nobody", "/referrals?q=%00%27&state=x&after=y", "/partners?q=%25_%21&status=pending"] {
            assert_eq!(mara.open(&format!("/dashboard{query}")).await.status, StatusCode::OK, "{query}");
        }
    }
    says(&mara.open("/dashboard/integrations").await, &[&place.setup.test_public_key]);
    let fresh = mara.submit("/dashboard/integrations/keys", &[]).await;
    says(&fresh, &["Your new key pair", "sk_test_", "pk_test_"]);
    assert!(!mara.open("/dashboard/integrations").await.html.contains("sk_test_"));
    for path in ["/nowhere", "/partners/part_0", "/referrals/cus_00000000000000000000000001", "/commissions/x/decline"] {
        assert_eq!(mara.open(&format!("/dashboard{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_shown_or_changed_without_a_session_and_its_own_forms() {
    let place = Place::new().await;
    let mut stranger = place.browser();
    let asked = stranger.send(Method::GET, "/dashboard/partners?q=x", String::new(), "none").await;
    assert_eq!((asked.status, asked.location.as_str()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fdashboard%2Fpartners%3Fq%3Dx"));
    let wrong = stranger.submit("/sign-in", &[("email", EMAIL), ("password", "wrong")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stranger.cookies.is_empty() && !wrong.html.contains("wrong\""));
    let nobody = stranger.submit("/sign-in", &[("email", "no\0body"), ("password", "x")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    let away = stranger.send(Method::POST, "/sign-in", String::new(), "cross-site").await;
    assert_eq!(away.status, StatusCode::FORBIDDEN);

    let mut mara = place.browser();
    mara.sign_in().await;
    let token = mara.cookies["whence_session"].clone();
    let form = [("description", "X"), ("terms", "percent"), ("rate", "20")];
    let body = mara.form(&form);
    assert_eq!(mara.send(Method::POST, "/dashboard/offers", body.clone(), "cross-site").await.status, StatusCode::FORBIDDEN);
    let other_mode = body.replace("mode=live", "mode=test");
    assert_eq!(mara.send(Method::POST, "/dashboard/offers", other_mode, "same-origin").await.status, StatusCode::FORBIDDEN);
    let no_token = body.replace("csrf=", "csrf=x");
    assert_eq!(mara.send(Method::POST, "/dashboard/offers", no_token, "same-origin").await.status, StatusCode::FORBIDDEN);
    says(&mara.open("/dashboard/offers").await, &["No offer yet"]);

    let changed = [("current", PASSWORD), ("new", "another horse battery")];
    says(&mara.submit("/dashboard/settings/password", &changed).await, &["Your password is changed."]);
    assert_ne!(mara.cookies["whence_session"], token);
    stranger.cookies.insert("whence_session".into(), token);
    assert_eq!(stranger.send(Method::GET, "/dashboard", String::new(), "none").await.status, StatusCode::SEE_OTHER);

    place.clock.set(NOON.plus_days(4));
    assert_eq!(mara.send(Method::GET, "/dashboard", String::new(), "none").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_and_guessing_is_stopped() {
    let place = Place::new().await;
    let mut mara = place.browser();
    mara.sign_in().await;
    let kept = mara.cookies.clone();
    mara.submit("/sign-out", &[]).await;
    assert!(!mara.cookies.contains_key("whence_session"));
    let mut thief = place.browser();
    thief.cookies = kept;
    assert_eq!(thief.send(Method::GET, "/dashboard", String::new(), "none").await.status, StatusCode::SEE_OTHER);
    for _ in 0..8 {
        thief.submit("/sign-in", &[("email", EMAIL), ("password", "guess")]).await;
    }
    let stopped = thief.submit("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(stopped.html.contains("Try again in"));
}
