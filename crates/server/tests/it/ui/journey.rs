//! People at the dashboard: signing in, adding a partner with a link and an offer, seeing a sign-up and a payment arrive,
//! deciding about the commission. Through the router, with cookies and forms as a browser sends them.

use crate::on_both_engines;
use crate::support::TestApp;
use axum::http::{HeaderMap, Method, StatusCode, header};
use serde_json::json;
use std::collections::BTreeMap;

const EMAIL: &str = "owner@shop.test";
const PASSWORD: &str = "correct horse battery";

/// What a page was answered with.
pub(super) struct Shown {
    pub(super) status: StatusCode,
    pub(super) location: String,
    pub(super) html: String,
    headers: HeaderMap,
}

/// Somebody's browser: keeps cookies, follows redirects, and sends forms with the token of the page it is on.
pub(super) struct Browser<'a> {
    app: &'a TestApp,
    cookies: BTreeMap<String, String>,
    csrf: String,
    pub(super) mode: &'static str,
}

/// Follows a link as a visitor and signs up with the id that it gave.
pub(super) async fn refer(app: &TestApp, link_key: &str, data: serde_json::Value) {
    let click = app.browser.get(app.link(&format!("/{link_key}"))).header("user-agent", "Mozilla/5.0 Firefox/140.0");
    let answer = click.send().await.expect("a redirect");
    let landing = answer.headers()[header::LOCATION.as_str()].to_str().expect("an address").to_owned();
    let landing = url::Url::parse(&landing).expect("an address");
    let (_, xid) = landing.query_pairs().find(|(name, _)| name == "ps_xid").expect("a click id");
    let body = json!({
        "public_key": app.setup.public_key, "data": data, "xid": xid, "xid_source": "cookie",
        "page": "https://app.shop.test/welcome", "snippet": "1.0.0", "problems": [],
    });
    let sign_up = app.browser.post(app.link("/v1/signup")).header("origin", "https://app.shop.test").json(&body);
    assert_eq!(sign_up.send().await.expect("an answer").status(), StatusCode::ACCEPTED);
}

impl<'a> Browser<'a> {
    pub(super) fn of(app: &'a TestApp) -> Self {
        Self { app, cookies: BTreeMap::new(), csrf: String::new(), mode: "live" }
    }

    pub(super) async fn send(&mut self, method: Method, path: &str, body: String, site: &str) -> Shown {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self
            .app
            .browser
            .request(method, format!("{}{path}", self.app.base))
            .header("sec-fetch-site", site)
            .header(header::COOKIE, cookies.join("; "))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(body);
        let answer = request.send().await.expect("an answer");
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
        let (status, headers) = (answer.status(), answer.headers().clone());
        let location =
            headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let html = answer.text().await.expect("text");
        if let Some((_, rest)) = html.split_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().unwrap_or_default().to_owned();
        }
        Shown { status, location, html, headers }
    }

    /// The bytes at a path, for what is no page.
    pub(super) async fn bytes(&self, path: &str) -> Vec<u8> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request =
            self.app.browser.get(format!("{}{path}", self.app.base)).header(header::COOKIE, cookies.join("; "));
        let answer = request.header("sec-fetch-site", "same-origin").send().await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::OK);
        answer.bytes().await.expect("bytes").to_vec()
    }

    /// Opens a page, over redirects.
    pub(super) async fn open(&mut self, path: &str) -> Shown {
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
    pub(super) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let shown = self.send(Method::POST, path, self.form(fields), "same-origin").await;
        if shown.status == StatusCode::SEE_OTHER { self.open(&shown.location).await } else { shown }
    }

    fn form(&self, fields: &[(&str, &str)]) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &self.csrf).append_pair("mode", self.mode);
        form.extend_pairs(fields).finish()
    }

    pub(super) async fn sign_in(&mut self) {
        let shown = self.submit("/sign-in", &[("email", EMAIL), ("password", PASSWORD), ("next", "/dashboard")]).await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
        assert!(shown.html.contains("Shop"));
    }
}

/// Asserts that the page says all of it.
pub(super) fn says(shown: &Shown, texts: &[&str]) {
    for text in texts {
        assert!(shown.html.contains(text), "{text:?} is not on the page:\n{}", shown.html);
    }
}

on_both_engines! {
    async fn from_the_first_partner_to_an_approved_commission(app: TestApp) {
        let mut mara = Browser::of(&app);
        let asked = mara.send(Method::GET, "/", String::new(), "none").await;
        assert_eq!(asked.location, "/dashboard");
        mara.sign_in().await;
        says(&mara.open("/dashboard").await, &["Get started", "Add your first partner"]);

        let added = [("name", "Bo Lindqvist"), ("email", "bo@lindqvist.test"), ("partner_key", ""), ("group", "")];
        let partner = mara.submit("/dashboard/partners", &added).await;
        says(&partner, &["Bo Lindqvist is a partner now.", &app.link("/bo-lindqvist"), "https://www.shop.test"]);
        let twice = mara.submit("/dashboard/partners", &added).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&twice, &["Another partner has this e-mail address.", "Bo Lindqvist"]);

        let offer = [("description", "Standard"), ("trigger", "transaction"), ("terms", "percent"), ("rate", "20")];
        says(&mara.submit("/dashboard/offers", &offer).await, &["20%", "of every payment", "Standard"]);

        let ada = json!({ "email": "ada@park.test", "name": "Ada <i>Park</i>", "customer_key": "ada-1" });
        refer(&app, "bo-lindqvist", ada).await;
        let paid = json!({ "customer_external_key": "ada-1", "amount": 12000, "currency": "EUR", "key": "order-1" });
        app.live.create("/transactions", &paid).await;

        let home = mara.open("/dashboard").await;
        says(&home, &["€120.00", "€24.00", "1 commission to review", "Ada &#60;i&#62;Park", "Bo Lindqvist earns €24.00"]);
        assert!(!home.html.contains("<i>Park"));

        let list = mara.open("/dashboard/referrals?q=ADA%40&state=paid").await;
        says(&list, &["ada@park.test", "Bo Lindqvist", "€120.00"]);
        let customer = list.html.split("/dashboard/referrals/").find_map(|rest| rest.split('"').next().filter(|id| id.starts_with("cus_")));
        let customer = mara.open(&format!("/dashboard/referrals/{}", customer.expect("a link to the customer"))).await;
        says(&customer, &["Why Bo Lindqvist", "It was the last click before the sign-up.", "order-1", "Standard", "Told by the snippet on app.shop.test/welcome"]);

        let review = mara.open("/dashboard/commissions").await;
        says(&review, &["€24.00", "To review"]);
        let commission = review.html.split("/dashboard/commissions/").find_map(|rest| rest.strip_prefix("rwrd_"));
        let commission = format!("rwrd_{}", &commission.expect("a commission")[..26]);
        let back = [("back", "/dashboard/commissions?status=approved")];
        let approved = mara.submit(&format!("/dashboard/commissions/{commission}/approve"), &back).await;
        says(&approved, &["Approved: €24.00", "Approved</span>"]);
        let two = [("ids", format!("{commission} rwrd_x nothing")), ("back", "/dashboard/commissions".to_owned())];
        let two = two.each_ref().map(|(name, value)| (*name, value.as_str()));
        says(&mara.submit("/dashboard/commissions/approve", &two).await, &["Approved 1 commission.", "Nothing to review"]);
        let decline = format!("/dashboard/commissions/{commission}/decline");
        let bare = mara.submit(&decline, &[("reason", " "), ("back", "//evil.test")]).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!bare.html.contains("evil.test"));
        let declined = mara.submit(&decline, &[("reason", "Own company."), ("back", "/dashboard/commissions?status=declined")]).await;
        says(&declined, &["Declined: €24.00", "Own company."]);

        for key in ["bo-lindqvist", "Ym8tbGluZHF2aXN0", "Ym8tbGluZHF2aXN0%3D", "BO%40lind", "lindq"] {
            says(&mara.open(&format!("/dashboard/partners?q={key}")).await, &["bo@lindqvist.test"]);
            if !key.contains("lind") {
                says(&mara.open(&format!("/dashboard/clicks?partner={key}")).await, &["bo-lindqvist", "Counted"]);
            }
        }
    }

    async fn every_page_opens_while_there_is_nothing_and_the_modes_do_not_mix(app: TestApp) {
        let mut mara = Browser::of(&app);
        mara.sign_in().await;
        let paths = ["", "/referrals", "/partners", "/partners/new", "/clicks", "/commissions", "/offers", "/offers/new", "/integrations", "/integrations/test", "/integrations/test/pages", "/integrations/test/remove", "/settings"];
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
        says(&mara.open("/dashboard/integrations").await, &[&app.setup.test_public_key]);
        let fresh = mara.submit("/dashboard/integrations/keys", &[]).await;
        says(&fresh, &["Your new key pair", "sk_test_", "pk_test_"]);
        assert!(!mara.open("/dashboard/integrations").await.html.contains("sk_test_"));
        for path in ["/nowhere", "/partners/part_0", "/referrals/cus_00000000000000000000000001", "/commissions/x/decline"] {
            assert_eq!(mara.open(&format!("/dashboard{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }

    async fn nothing_is_shown_or_changed_without_a_session_and_its_own_forms(app: TestApp) {
        let mut stranger = Browser::of(&app);
        let asked = stranger.send(Method::GET, "/dashboard/partners?q=x", String::new(), "none").await;
        assert_eq!((asked.status, asked.location.as_str()), (StatusCode::SEE_OTHER, "/sign-in?next=%2Fdashboard%2Fpartners%3Fq%3Dx"));
        let wrong = stranger.submit("/sign-in", &[("email", EMAIL), ("password", "wrong")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(stranger.cookies.is_empty() && !wrong.html.contains("wrong\""));
        let nobody = stranger.submit("/sign-in", &[("email", "no\0body"), ("password", "x")]).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        let away = stranger.send(Method::POST, "/sign-in", String::new(), "cross-site").await;
        assert_eq!(away.status, StatusCode::FORBIDDEN);

        let mut mara = Browser::of(&app);
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

        app.clock.pass_days(4);
        assert_eq!(mara.send(Method::GET, "/dashboard", String::new(), "none").await.status, StatusCode::SEE_OTHER);
    }

    async fn signing_out_ends_the_session_and_guessing_is_stopped(app: TestApp) {
        let mut mara = Browser::of(&app);
        mara.sign_in().await;
        let kept = mara.cookies.clone();
        mara.submit("/sign-out", &[]).await;
        assert!(!mara.cookies.contains_key("whence_session"));
        let mut thief = Browser::of(&app);
        thief.cookies = kept;
        assert_eq!(thief.send(Method::GET, "/dashboard", String::new(), "none").await.status, StatusCode::SEE_OTHER);
        for _ in 0..8 {
            thief.submit("/sign-in", &[("email", EMAIL), ("password", "guess")]).await;
        }
        let stopped = thief.submit("/sign-in", &[("email", EMAIL), ("password", PASSWORD)]).await;
        assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(stopped.html.contains("Try again in"));
    }
}
