//! Somebody tries the integration out: begins a test, follows the link, sees what arrives, sends a sale, and clears up.

use super::journey::{Browser, Shown, refer, says};
use crate::on_both_engines;
use crate::support::{CHROME, TestApp};
use axum::http::StatusCode;
use serde_json::{Value, json};
use whence::store::tracking::customers;
use whence_domain::{CustomerId, Mode, Tenant};

const PATH: &str = "/dashboard/integrations/test";

/// What a page of the shop sends to `path`.
async fn report(app: &TestApp, path: &str, body: Value) -> u16 {
    let request = app.browser.post(app.link(path)).header("origin", "https://www.shop.test").json(&body);
    request.send().await.expect("an answer").status().as_u16()
}

/// The states of the steps, by their classes.
fn states(shown: &Shown) -> Vec<&str> {
    let steps = shown.html.split("<ol class=\"steps tight\">").nth(1).and_then(|rest| rest.split("</ol>").next());
    let steps = steps.expect("a list of steps");
    steps.split("<li class=\"").skip(1).map(|rest| rest.split(['"', ' ']).next().unwrap_or_default()).collect()
}

async fn testing<'a>(app: &'a TestApp) -> Browser<'a> {
    let mut mara = Browser::of(app);
    mara.sign_in().await;
    mara.open("/dashboard").await;
    let here = mara.submit("/dashboard/mode", &[("to", "test"), ("back", PATH)]).await;
    mara.mode = "test";
    says(&here, &["Test the integration", "gstest", &app.setup.test_public_key]);
    mara
}

on_both_engines! {
    async fn from_the_first_page_view_to_a_sale_that_earns_nothing(app: TestApp) {
        app.percent_offer(200_000).await;
        let mut mara = testing(&app).await;
        let begun = mara.submit(PATH, &[("page", "https://www.shop.test/landing")]).await;
        says(&begun, &["The test has begun.", &app.link("/gstest"), "data-live=\"0.3\"", "Nothing yet"]);
        assert_eq!(states(&begun), ["waits"; 10]);

        let click = app.browser.get(app.link("/gstest")).header("user-agent", CHROME).send().await.expect("an answer");
        let landing = click.headers()["location"].to_str().expect("text").to_owned();
        assert!(landing.starts_with("https://www.shop.test/landing?"), "{landing}");
        let xid = landing.split(['?', '&']).find_map(|part| part.strip_prefix("ps_xid=")).expect("a click id");
        says(&mara.open(PATH).await, &["The link was followed, and no page has reported since."]);
        let pages = mara.open(&format!("{PATH}/pages")).await;
        says(&pages, &["www.shop.test/landing", "1 click led there in 30 days, and it was never heard of.", "No page yet"]);

        assert_eq!(report(&app, "/v1/visits", json!({ "page": "https://www.shop.test/landing" })).await, 401);
        says(&mara.open(PATH).await, &["runs the snippet without its public key", "from www.shop.test", "no public key"]);
        let view = json!({
            "public_key": app.setup.test_public_key, "page": "https://www.shop.test/landing", "xid": xid,
            "partner_key": "gstest", "storage": { "cookie": true, "local": true, "domain": "shop.test" },
            "snippet": "1.1.0", "problems": [],
        });
        assert_eq!(report(&app, "/v1/visits", view).await, 202);
        let seen = mara.open(PATH).await;
        says(&seen, &["www.shop.test/landing", "test key", "knows the click", "cookie written and read back, for shop.test", "snippet 1.1.0"]);
        assert_eq!(states(&seen)[..6], ["done"; 6]);

        let pages = mara.open(&format!("{PATH}/pages")).await;
        says(&pages, &["www.shop.test/landing", "1.1.0", "None that is known"]);

        let mut sign_up = json!({ "public_key": app.setup.test_public_key, "xid": xid, "xid_source": "cookie", "data": {} });
        assert_eq!(report(&app, "/v1/signup", sign_up.clone()).await, 422);
        says(&mara.open(PATH).await, &["neither an e-mail address nor a customer key"]);
        sign_up["data"] = json!({ "email": "ada@park.test", "name": "Ada Park" });
        assert_eq!(report(&app, "/v1/signup", sign_up).await, 202);
        let seen = mara.open(PATH).await;
        says(&seen, &["Ada Park", "belongs to gstest", "Send a test sale"]);
        assert_eq!(states(&seen)[..8], ["done"; 8]);

        let customer = seen.html.split("name=\"customer\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let customer = customer.expect("a customer to sell to").to_owned();
        let sold = mara.submit(&format!("{PATH}/sale"), &[("customer", &customer)]).await;
        says(&sold, &["A test sale of €49.00 arrived. It earned nothing.", "tests never earn", "10 of 10"]);
        assert_eq!(states(&sold), ["done"; 10]);
        assert_eq!(app.test.get("/rewards").await.items(), Vec::<Value>::new());
        assert_eq!(app.live.get("/rewards").await.items(), Vec::<Value>::new());
        assert_eq!(app.live.get("/customers").await.items(), Vec::<Value>::new(), "nothing of it shows in live mode");
        assert_eq!(app.live.get("/transactions").await.items(), Vec::<Value>::new());
    }

    async fn a_page_with_the_key_of_the_other_mode_is_told_and_a_wrong_address_is_refused(app: TestApp) {
        let mut mara = testing(&app).await;
        let wrong = mara.submit(PATH, &[("page", "ftp://www.shop.test")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        says(&wrong, &["A destination begins with http:// or https://.", "ftp://www.shop.test"]);
        mara.submit(PATH, &[("page", "www.shop.test")]).await;
        let view = json!({ "public_key": app.setup.public_key, "page": "https://www.shop.test/", "problems": ["snippet_data_overwritten"] });
        assert_eq!(report(&app, "/v1/visits", view.clone()).await, 202);
        says(&mara.open(PATH).await, &["A page reported with a key of the other mode.", "live key", "snippet data overwritten"]);

        mara.open("/dashboard").await;
        let live = mara.submit("/dashboard/mode", &[("to", "live"), ("back", PATH)]).await;
        mara.mode = "live";
        says(&live, &["You are looking at live data.", &app.setup.public_key, "Code of the page replaced"]);
        assert_eq!(states(&live).len(), 6, "a test of live mode asks for no sale");
        for (path, form) in [("sign-up", vec![]), ("sale", vec![("customer", "cus_1")]), ("remove", vec![("confirmed", "yes")])] {
            says(&mara.submit(&format!("{PATH}/{path}"), &form).await, &["Switch to test mode first"]);
        }
        says(&mara.open(&format!("{PATH}?live=0")).await, &["Go on"]);
        assert!(mara.open(&format!("{PATH}?live=1")).await.html.contains("http-equiv=\"refresh\""));
        assert!(!mara.open(PATH).await.html.contains("http-equiv"));
    }

    async fn a_site_without_a_sign_up_page_makes_one_and_the_test_partner_comes_back(app: TestApp) {
        let mut mara = testing(&app).await;
        let gone = app.test.delete("/partnerships/gstest").await;
        let key = app.test.get("/partnerships/gstest").await.data()["key"].clone();
        if gone.status != StatusCode::OK {
            app.test.delete(&format!("/partnerships/{}", key.as_str().expect("a key"))).await.data();
        }
        let made = mara.submit(&format!("{PATH}/sign-up"), &[]).await;
        says(&made, &["A test customer has signed up.", "Test customer", "belongs to gstest", &app.link("/gstest")]);
        let again = mara.submit(&format!("{PATH}/sign-up"), &[]).await;
        assert_eq!(again.html.matches("Sign-up: <a").count(), 2, "each is a customer of its own");
        assert_eq!(app.test.get("/customers").await.items().len(), 2);
        assert_eq!(app.test.get("/links").await.items().len(), 1, "and the link was made once");
        assert_eq!(app.live.get("/customers").await.items(), Vec::<Value>::new());
    }

    async fn removing_the_test_data_touches_nothing_that_is_real_and_no_other_program(app: TestApp) {
        app.partner("bo").await;
        app.percent_offer(200_000).await;
        refer(&app, "bo", json!({ "email": "ada@park.test", "customer_key": "ada-1" })).await;
        app.live.create("/transactions", &json!({ "customer_external_key": "ada-1", "amount": 12000, "currency": "EUR", "key": "order-1" })).await;
        let (other, [_, other_test]) = app.another_program("Other").await;
        for testing in [&app.test, &other_test] {
            testing.create("/customers", &json!({ "customer_key": "try-1", "email": "try@park.test", "partner_key": "gstest" })).await;
            testing.create("/transactions", &json!({ "customer_external_key": "try-1", "amount": 900, "currency": "EUR", "key": "trial-1" })).await;
        }
        app.browser.get(app.link("/gstest")).header("user-agent", CHROME).send().await.expect("an answer");
        let view = json!({ "public_key": app.setup.test_public_key, "page": "https://www.shop.test/" });
        assert_eq!(report(&app, "/v1/visits", view).await, 202);
        let before = live_facts(&app).await;
        app.verify().await;

        let mut mara = testing(&app).await;
        let preview = mara.open(&format!("{PATH}/remove")).await;
        says(&preview, &["Customers</th><td class=\"num\">1</td>", "Clicks</th><td class=\"num\">1</td>", "Page views</th><td class=\"num\">1</td>"]);
        let bare = mara.submit(&format!("{PATH}/remove"), &[]).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(app.test.get("/customers").await.items().len(), 1, "nothing goes unconfirmed");
        let removed = mara.submit(&format!("{PATH}/remove"), &[("confirmed", "yes")]).await;
        says(&removed, &["The test data are gone."]);

        for path in ["/customers", "/transactions", "/rewards", "/clicks", "/events"] {
            assert_eq!(app.test.get(path).await.items(), Vec::<Value>::new(), "{path}");
        }
        assert_eq!(app.test.get("/partnerships").await.items().len(), 1, "the test partner stays");
        assert_eq!(live_facts(&app).await, before);
        assert_eq!(other_test.get("/customers").await.items().len(), 1);
        let tenant = Tenant::new(whence_domain::ProgramId::parse(&other.program_key).expect("a key"), Mode::Test);
        let none = customers::find(&mut app.app.store.read().await.expect("a connection"), &tenant, &CustomerId::from_bits(1)).await;
        assert_eq!(none.expect("asked"), None);
        says(&mara.open(&format!("{PATH}/remove")).await, &["Nothing to remove"]);
        app.verify().await;
        // What was removed may be told again.
        app.test.create("/transactions", &json!({ "customer_email": "try@park.test", "amount": 900, "currency": "EUR", "key": "trial-1" })).await;
        app.verify().await;
    }
}

/// Everything that live mode shows, for comparison.
async fn live_facts(app: &TestApp) -> Vec<Value> {
    let mut facts = Vec::new();
    for path in ["/customers", "/transactions", "/rewards", "/clicks", "/events", "/partnerships", "/links"] {
        facts.extend(app.live.get(path).await.items());
    }
    facts
}
