//! What visitors' browsers and Stripe send.

use super::{Reply, TestApp};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use whence::store::program::policies;
use whence::store::{Conn, Priority, StoreError};
use whence_domain::program::{Policy, SaleSource};

/// A browser that people use.
pub const CHROME: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36";

impl TestApp {
    /// A partner with a link of the same name that leads to the shop.
    pub async fn partner(&self, key: &str) -> Value {
        let email = format!("{key}@partners.test");
        let partner = self.live.create("/partnerships", &json!({ "partner_key": key, "email": email })).await;
        let link = json!({ "partner_key": key, "link_key": key, "dest": "https://www.shop.test/welcome" });
        self.live.create("/links", &link).await;
        partner
    }

    /// An offer of so many parts per million of every payment.
    pub async fn percent_offer(&self, rate_ppm: i64) -> Value {
        let terms = json!({ "type": "percent", "rate_ppm": rate_ppm });
        self.live
            .create("/offers", &json!({ "description": "A share", "trigger": "transaction", "terms": terms }))
            .await
    }

    /// Follows a partner's link and answers the click id.
    pub async fn click(&self, link_key: &str) -> String {
        let answer = self.browser.get(self.link(&format!("/{link_key}"))).header("user-agent", CHROME).send().await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status(), 302);
        let location = answer.headers()["location"].to_str().expect("text").to_owned();
        let id = location.split(['?', '&']).find_map(|part| part.strip_prefix("ps_xid="));
        id.expect("a click id").to_owned()
    }

    /// Signs up as the snippet does, and holds the answer against 202.
    pub async fn sign_up(&self, data: Value, xid: Option<&str>) {
        let mut body =
            json!({ "public_key": self.setup.public_key, "data": data, "page": "https://app.shop.test/join" });
        if let Some(xid) = xid {
            body["xid"] = xid.into();
            body["xid_source"] = "cookie".into();
        }
        let request = self.browser.post(format!("{}/v1/signup", self.base)).header("origin", "https://app.shop.test");
        let reply = Reply::of(request.json(&body)).await;
        assert_eq!(reply.status.as_u16(), 202, "{}", reply.text);
    }

    /// Sends a Stripe event, signed, and holds the answer against 200.
    pub async fn stripe(&self, id: &str, kind: &str, object: &Value) {
        let reply = self.deliver(id, kind, object, &self.setup.stripe_webhook_secret).await;
        assert_eq!(reply.status.as_u16(), 200, "{}", reply.text);
    }

    /// Sends a Stripe event signed with this secret.
    pub async fn deliver(&self, id: &str, kind: &str, object: &Value, secret: &str) -> Reply {
        self.deliver_made_at(self.seconds(), id, kind, object, secret).await
    }

    /// Sends a Stripe event that Stripe made at this second, signed with this secret now.
    pub async fn deliver_made_at(&self, made: i64, id: &str, kind: &str, object: &Value, secret: &str) -> Reply {
        let event = json!({ "id": id, "type": kind, "created": made, "data": { "object": object } });
        self.deliver_text(&event.to_string(), secret).await
    }

    /// Sends this body as Stripe would, signed with this secret now.
    pub async fn deliver_text(&self, body: &str, secret: &str) -> Reply {
        let (seconds, body) = (self.seconds(), body.to_owned());
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key");
        mac.update(format!("{seconds}.{body}").as_bytes());
        let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let url = format!("{}{}", self.base, self.setup.stripe_webhook_path);
        let request = self.browser.post(url).header("stripe-signature", format!("t={seconds},v1={hex}")).body(body);
        Reply::of(request).await
    }

    /// Has the program count invoices as sales instead of charges.
    pub async fn count_invoices(&self) {
        let program = self.tenant().program;
        let policy =
            Policy { version: 2, from_at: self.app.now(), sale_source: SaleSource::Invoice, ..Policy::default() };
        let kept = self.app.store.write(Priority::Money, (program, policy), |conn, (program, policy)| {
            Box::pin(policies::insert(conn, program, policy))
        });
        assert!(kept.await.expect("a policy could be kept"));
    }

    /// Does to the database what nothing in the product does yet.
    pub async fn execute(&self, sql: &'static str) {
        let done = self.app.store.write(Priority::Money, (), move |conn, ()| {
            Box::pin(async move {
                match conn {
                    Conn::Sqlite(conn) => sqlx::query(sql).execute(&mut **conn).await.map(|_| ())?,
                    Conn::Postgres(conn) => sqlx::query(sql).execute(&mut **conn).await.map(|_| ())?,
                }
                Ok::<_, StoreError>(())
            })
        });
        done.await.expect("it could be done");
    }

    /// The present, in whole seconds.
    pub fn seconds(&self) -> i64 {
        self.app.now().micros() / 1_000_000
    }

    /// The non-declined rewards of a customer: their sum, and their statuses without repeats, sorted.
    pub async fn earned(&self, customer: &str) -> (i64, Vec<String>) {
        let items = self.live.get(&format!("/rewards?limit=250&customer_key={customer}")).await.items();
        let counting = items.iter().filter(|reward| reward["reward_status"] != "declined");
        let sum = counting.clone().map(|reward| reward["amount"].as_i64().expect("an amount")).sum();
        let mut statuses: Vec<String> =
            counting.map(|reward| reward["reward_status"].as_str().expect("a status").to_owned()).collect();
        statuses.sort();
        statuses.dedup();
        (sum, statuses)
    }

    /// Holds the books against the facts.
    pub async fn verify(&self) {
        let reply = whence::flows::operations::verify::verify(&self.app).await.expect("a verdict");
        assert!(reply.ok, "{}", reply.text);
    }
}
