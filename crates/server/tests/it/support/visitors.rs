//! What visitors' browsers tell beyond the usual, and the questions that people ask about them.

use super::people::CHROME;
use super::{Reply, TestApp};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// Another browser that people use.
pub const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";

/// The page on which links of the tests land.
pub const LANDING: &str = "https://www.shop.test/welcome";
/// The page on which people sign up.
pub const JOIN: &str = "https://app.shop.test/join";

/// The answer to a question.
#[derive(Debug)]
pub struct Answered {
    /// The investigation, as the API shows it.
    pub body: Value,
}

impl Answered {
    /// Cause and certainty of the best verdict.
    pub fn first(&self) -> (String, String) {
        let verdict = &self.body["verdicts"][0];
        let text = |field: &str| verdict[field].as_str().unwrap_or_default().to_owned();
        (text("cause"), text("certainty"))
    }

    /// Holds the best verdict against what it must be, and its form against what every answer has.
    pub fn names_first(&self, cause: &str, certainty: &str) {
        let shown = serde_json::to_string_pretty(&self.body).expect("JSON");
        assert_eq!(self.first(), (cause.to_owned(), certainty.to_owned()), "{shown}");
        let verdict = &self.body["verdicts"][0];
        assert!(verdict["title"].as_str().is_some_and(|title| !title.is_empty()), "{shown}");
        assert!(verdict["because"].as_array().is_some_and(|because| !because.is_empty()), "{shown}");
        let asks = verdict["missing"].as_array().is_some_and(|missing| !missing.is_empty());
        assert_eq!(asks, certainty != "determined", "what is not determined names what would settle it: {shown}");
    }

    /// Every verdict that is sure: its cause.
    pub fn determined(&self) -> Vec<String> {
        let verdicts = self.body["verdicts"].as_array().expect("verdicts");
        let sure = verdicts.iter().filter(|verdict| verdict["certainty"] == "determined");
        sure.map(|verdict| verdict["cause"].as_str().expect("a cause").to_owned()).collect()
    }
}

impl TestApp {
    /// Follows a partner's link with headers of one's own; answers the click id.
    pub async fn click_with(&self, link_key: &str, headers: &[(&str, &str)]) -> String {
        let mut request = self.browser.get(self.link(&format!("/{link_key}")));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), 302);
        let location = answer.headers()["location"].to_str().expect("text").to_owned();
        location.split(['?', '&']).find_map(|part| part.strip_prefix("ps_xid=")).expect("a click id").to_owned()
    }

    fn snippet(&self, path: &str, page: &str, agent: &str, body: &Value) -> RequestBuilder {
        let origin = page.split('/').take(3).collect::<Vec<_>>().join("/");
        let request = self.browser.post(format!("{}{path}", self.base)).header("user-agent", agent);
        request.header("origin", origin).json(body)
    }

    /// The snippet on a page tells of a page view; `more` overrides what it usually says.
    pub async fn land(&self, page: &str, xid: Option<&str>, more: Value) -> Reply {
        let agent = more["agent"].as_str().unwrap_or(CHROME).to_owned();
        let mut body = json!({
            "public_key": self.setup.public_key, "page": page, "xid": xid,
            "storage": { "cookie": true, "local": true }, "snippet": "1",
        });
        overlay(&mut body, more);
        Reply::of(self.snippet("/v1/visits", page, &agent, &body)).await
    }

    /// The snippet on a page tells of a sign-up; `more` overrides what it usually says.
    pub async fn join(&self, page: &str, data: Value, more: Value) -> Reply {
        let agent = more["agent"].as_str().unwrap_or(CHROME).to_owned();
        let mut body = json!({ "public_key": self.setup.public_key, "page": page, "data": data, "snippet": "1" });
        overlay(&mut body, more);
        Reply::of(self.snippet("/v1/signup", page, &agent, &body)).await
    }

    /// Asks why something was not tracked.
    pub async fn ask(&self, question: Value) -> Answered {
        let body = self.live.create("/investigations", &question).await;
        let again = self.live.get(&format!("/investigations/{}", body["key"].as_str().expect("a key"))).await.data();
        assert_eq!(again, body, "what was answered is kept");
        Answered { body }
    }

    /// Somebody pays, as Stripe tells it.
    pub async fn pays(&self, charge: &str, email: &str, metadata: Value, amount: i64) {
        let object = json!({ "id": charge, "amount": amount, "captured": true, "currency": "eur",
            "created": self.seconds(), "receipt_email": email, "metadata": metadata });
        self.stripe(&format!("evt_{charge}"), "charge.succeeded", &object).await;
    }

    /// The company's server says that the customer exists.
    pub async fn company_names(&self, customer_key: &str, email: &str) {
        self.live.create("/customers", &json!({ "customer_key": customer_key, "email": email })).await;
    }
}

fn overlay(body: &mut Value, more: Value) {
    let Value::Object(more) = more else { return };
    for (name, value) in more.into_iter().filter(|(name, _)| name != "agent") {
        body[name] = value;
    }
}
