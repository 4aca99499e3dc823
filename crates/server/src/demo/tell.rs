//! Tells the past: every click, page view, sign-up and payment goes through the server as it would have then.

use super::client::Client;
use super::clock::StoryClock;
use super::plan::{Act, BROWSERS, Happening, Person};
use super::{Shop, stripe};
use std::collections::{HashMap, HashSet};
use whence_domain::Instant;

/// Tells all of it. `told` hears how many happenings have been.
///
/// # Errors
/// What the server said, if it refused one.
pub async fn tell(
    client: &mut Client,
    clock: &StoryClock,
    shop: &Shop,
    story: &[Happening],
    mut told: impl FnMut(usize),
) -> anyhow::Result<()> {
    let mut teller =
        Teller { client, shop, visitors: HashMap::new(), known: HashSet::new(), charges: HashMap::new(), events: 0 };
    for (number, (at, act)) in story.iter().enumerate() {
        clock.set(*at);
        teller.act(*at, act).await?;
        told(number + 1);
    }
    Ok(())
}

/// What a visitor's browser holds.
#[derive(Default)]
struct Browser {
    xid: String,
    partner_key: String,
    keeps_cookies: bool,
}

struct Teller<'a> {
    client: &'a mut Client,
    shop: &'a Shop,
    visitors: HashMap<usize, Browser>,
    known: HashSet<String>,
    charges: HashMap<String, (String, i64)>,
    events: usize,
}

impl Teller<'_> {
    async fn act(&mut self, at: Instant, act: &Act) -> anyhow::Result<()> {
        match act {
            Act::Click { visitor, partner, browser, keeps_cookies } => {
                self.click(*visitor, partner, browser, *keeps_cookies).await
            }
            Act::Machine { partner, agent } => {
                self.client.get(&self.link(partner), agent, "").await?;
                Ok(())
            }
            Act::SignUp { visitor, person, with_id } => self.sign_up(*visitor, person, *with_id).await,
            Act::Pay { person, charge, amount } => self.pay(at, person, charge, *amount).await,
            Act::Refund { charge, amount } => self.refund(at, charge, *amount).await,
        }
    }

    fn link(&self, partner: &str) -> String {
        format!("/l/{}/{}", self.shop.slug, partner.to_lowercase())
    }

    async fn click(
        &mut self,
        visitor: usize,
        partner: &str,
        user_agent: &str,
        keeps_cookies: bool,
    ) -> anyhow::Result<()> {
        let path = self.link(partner);
        let browser = self.visitors.entry(visitor).or_default();
        let cookies = if browser.xid.is_empty() { String::new() } else { format!("ps_xid={}", browser.xid) };
        let answer = self.client.get(&path, user_agent, &cookies).await?;
        let location = answer.headers().get("location").and_then(|value| value.to_str().ok()).unwrap_or_default();
        let xid = location.split(['?', '&']).find_map(|part| part.strip_prefix("ps_xid=")).unwrap_or_default();
        *browser = Browser { xid: xid.to_owned(), partner_key: partner.to_owned(), keeps_cookies };
        let page = format!("{}/", self.shop.site);
        let visit = serde_json::json!({
            "public_key": self.shop.public_key, "page": page, "xid": xid, "partner_key": partner,
            "storage": { "cookie": keeps_cookies, "local": keeps_cookies }, "snippet": self.shop.snippet,
        });
        self.send("/v1/visits", user_agent, &visit).await
    }

    async fn sign_up(&mut self, visitor: usize, person: &Person, with_id: bool) -> anyhow::Result<()> {
        let browser = self.visitors.entry(visitor).or_default();
        let mut signup = serde_json::json!({
            "public_key": self.shop.public_key, "page": format!("{}/signup", self.shop.site),
            "snippet": self.shop.snippet,
            "data": { "email": person.email, "name": person.name, "customer_key": person.customer_key },
        });
        if with_id && browser.keeps_cookies {
            signup["xid"] = browser.xid.clone().into();
            signup["xid_source"] = "cookie".into();
            signup["data"]["partner_key"] = browser.partner_key.clone().into();
        }
        self.send("/v1/signup", BROWSERS[0], &signup).await
    }

    async fn send(&mut self, path: &str, user_agent: &str, body: &serde_json::Value) -> anyhow::Result<()> {
        let headers = [("content-type", "text/plain"), ("origin", self.shop.site.as_str()), ("user-agent", user_agent)];
        self.client.post(path, &headers, body.to_string()).await
    }

    async fn pay(&mut self, at: Instant, person: &Person, charge: &str, amount: i64) -> anyhow::Result<()> {
        let Person { stripe_id, email, name, customer_key } = person;
        if self.known.insert(stripe_id.clone()) {
            let customer = stripe::customer(stripe_id, email, name, customer_key, at);
            self.deliver("customer.created", &customer, at).await?;
        }
        self.charges.insert(charge.to_owned(), (stripe_id.clone(), amount));
        self.deliver("charge.succeeded", &stripe::charge(charge, stripe_id, amount, 0, at), at).await
    }

    async fn refund(&mut self, at: Instant, charge: &str, refunded: i64) -> anyhow::Result<()> {
        let Some((customer, amount)) = self.charges.get(charge).cloned() else { return Ok(()) };
        self.deliver("charge.refunded", &stripe::charge(charge, &customer, amount, refunded, at), at).await
    }

    async fn deliver(&mut self, kind: &str, object: &serde_json::Value, at: Instant) -> anyhow::Result<()> {
        self.events += 1;
        let signed = stripe::sign(&self.shop.webhook_secret, &format!("evt_demo{:06}", self.events), kind, object, at);
        let headers = [("content-type", "application/json"), ("stripe-signature", signed.signature.as_str())];
        self.client.post(&self.shop.webhook_path, &headers, signed.body).await
    }
}
