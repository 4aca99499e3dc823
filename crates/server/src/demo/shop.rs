//! The demo's pretend shop: a page that links lead to, a sign-up, and a checkout that sends what Stripe would.

use super::client::Client;
use super::{Shop, stripe};
use crate::app::App;
use crate::clock;
use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Router, routing::post};
use serde::Deserialize;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Accounts that the shop remembers; a visitor of a demo makes a few.
const MOST_ACCOUNTS: usize = 10_000;

/// The plans that it sells: cents, and what stands on the button.
const PLANS: [(i64, &str); 3] = [(1_900, "Solo, 19.00 EUR"), (4_900, "Team, 49.00 EUR"), (9_900, "Company, 99.00 EUR")];

/// The shop, its accounts, and the way to the server.
#[derive(Clone)]
struct Counter {
    app: App,
    shop: Arc<Shop>,
    server: SocketAddr,
    accounts: Arc<Mutex<HashMap<String, Account>>>,
}

#[derive(Clone, Deserialize)]
struct Account {
    customer_key: String,
    name: String,
    email: String,
}

#[derive(Deserialize)]
struct Customer {
    customer_key: String,
}

#[derive(Deserialize)]
struct Payment {
    customer_key: String,
    amount: i64,
}

#[derive(Template)]
#[template(path = "demo/landing.html")]
struct Landing<'a> {
    app: &'a str,
    public_key: &'a str,
}

#[derive(Template)]
#[template(path = "demo/signup.html")]
struct SignUp<'a> {
    app: &'a str,
    public_key: &'a str,
    customer_key: &'a str,
}

#[derive(Template)]
#[template(path = "demo/checkout.html")]
struct Checkout<'a> {
    app: &'a str,
    public_key: &'a str,
    customer_key: &'a str,
    name: &'a str,
    plans: &'a [(i64, &'a str)],
}

#[derive(Template)]
#[template(path = "demo/thanks.html")]
struct Thanks<'a> {
    app: &'a str,
    public_key: &'a str,
    email: &'a str,
}

/// The shop's pages.
pub fn router(app: App, shop: Arc<Shop>, server: SocketAddr) -> Router {
    Router::new()
        .route("/", get(landing))
        .route("/press", get(press))
        .route("/signup", get(sign_up_form).post(sign_up))
        .route("/checkout", get(checkout))
        .route("/pay", post(pay))
        .fallback(get(landing))
        .with_state(Counter { app, shop, server, accounts: Arc::default() })
}

impl Counter {
    fn app_url(&self) -> String {
        self.app.config.at("")
    }

    fn account(&self, customer_key: &str) -> Option<Account> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).get(customer_key).cloned()
    }
}

async fn landing(State(counter): State<Counter>) -> Response {
    show(&Landing { app: &counter.app_url(), public_key: &counter.shop.public_key })
}

/// A page without the snippet, which a link leads to all the same.
#[derive(Template)]
#[template(path = "demo/press.html")]
struct Press;

async fn press() -> Response {
    show(&Press)
}

async fn sign_up_form(State(counter): State<Counter>) -> Response {
    let customer_key = clock::random_text(6).to_lowercase();
    show(&SignUp { app: &counter.app_url(), public_key: &counter.shop.public_key, customer_key: &customer_key })
}

async fn sign_up(State(counter): State<Counter>, Form(account): Form<Account>) -> Response {
    let next = format!("/checkout?customer_key={}", account.customer_key);
    if account.customer_key.len() > 32 || !account.customer_key.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Redirect::to("/signup").into_response();
    }
    let mut accounts = counter.accounts.lock().unwrap_or_else(PoisonError::into_inner);
    if accounts.len() < MOST_ACCOUNTS {
        accounts.insert(account.customer_key.clone(), account);
    }
    Redirect::to(&next).into_response()
}

async fn checkout(State(counter): State<Counter>, Query(customer): Query<Customer>) -> Response {
    let Some(account) = counter.account(&customer.customer_key) else { return Redirect::to("/signup").into_response() };
    show(&Checkout {
        app: &counter.app_url(),
        public_key: &counter.shop.public_key,
        customer_key: &account.customer_key,
        name: &account.name,
        plans: &PLANS,
    })
}

async fn pay(State(counter): State<Counter>, Form(payment): Form<Payment>) -> Response {
    let Some(account) = counter.account(&payment.customer_key) else { return Redirect::to("/signup").into_response() };
    if !PLANS.iter().any(|(cents, _)| *cents == payment.amount) {
        return StatusCode::UNPROCESSABLE_ENTITY.into_response();
    }
    if let Err(error) = tell_stripe(&counter, &account, payment.amount).await {
        tracing::error!(%error, "the demo's payment could not be told");
        return (StatusCode::BAD_GATEWAY, "The payment could not be told to Whence; its log says why.").into_response();
    }
    show(&Thanks { app: &counter.app_url(), public_key: &counter.shop.public_key, email: &account.email })
}

/// Sends the two events that Stripe would send for a new customer's first payment.
async fn tell_stripe(counter: &Counter, account: &Account, amount: i64) -> anyhow::Result<()> {
    let now = counter.app.now();
    let stripe_id = format!("cus_{}", clock::random_text(14));
    let charge_id = format!("ch_{}", clock::random_text(14));
    let customer = stripe::customer(&stripe_id, &account.email, &account.name, &account.customer_key, now);
    let charge = stripe::charge(&charge_id, &stripe_id, amount, 0, now);
    let host = counter.app.config.app_url.host_str().unwrap_or("localhost").to_owned();
    let mut client = Client::connect(counter.server, &host).await?;
    for (kind, object) in [("customer.created", &customer), ("charge.succeeded", &charge)] {
        let id = format!("evt_{}", clock::random_text(14));
        let signed = stripe::sign(&counter.shop.webhook_secret, &id, kind, object, now);
        let headers = [("content-type", "application/json"), ("stripe-signature", signed.signature.as_str())];
        client.post(&counter.shop.webhook_path, &headers, signed.body).await?;
    }
    Ok(())
}

fn show(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page of the demo shop could not be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
