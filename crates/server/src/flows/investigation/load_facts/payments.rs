//! How the payment provider's deliveries fare, and where its checkout of this customer was made.

use super::Scope;
use super::customer::Identified;
use crate::store::earning::webhook_attempts;
use crate::store::investigation::payment_channel;
use crate::store::program::endpoints;
use crate::store::{Conn, StoreError};
use serde_json::Value;
use url::Url;
use whence_domain::Period;
use whence_domain::investigation::facts::{CustomerFacts, PaymentChannel, RefusedDeliveries};

/// Days before the period whose deliveries are the norm.
const NORM_DAYS: i64 = 30;
/// Deliveries are counted up to here.
const COUNTED: i64 = 3_000;
/// Deliveries that named nobody, and checkouts, that are read.
const UNMATCHED: i64 = 10;
const CHECKOUTS: i64 = 30;
/// Where Stripe's own checkout pages are, unless an event says otherwise.
const HOSTED: &str = "checkout.stripe.com";

/// Loads it.
pub(super) async fn load(
    conn: &mut Conn,
    scope: &Scope<'_>,
    customer: Option<&CustomerFacts>,
    known: Option<&Identified>,
) -> Result<PaymentChannel, StoreError> {
    let tenant = scope.tenant;
    if endpoints::list(conn, tenant).await?.is_empty() {
        return Ok(PaymentChannel::default());
    }
    // What matters is the time in which the payment would have come.
    let start = scope.moment(customer);
    let period = Period { start, end: scope.period.end.max(start.plus_days(1)).min(scope.now).max(start) };
    let before = Period { start: start.plus_days(-NORM_DAYS), end: start };
    let norm = payment_channel::count_deliveries(conn, tenant, before, COUNTED).await?;
    let deliveries = payment_channel::count_deliveries(conn, tenant, period, COUNTED).await?;
    let checkout_host = match known {
        Some(known) => {
            let around = Period { start: start.plus_days(-1), ..period };
            let bodies = payment_channel::list_checkouts(conn, tenant, around, CHECKOUTS).await?;
            bodies.iter().find_map(|body| checkout_host(body, known))
        }
        None => None,
    };
    Ok(PaymentChannel {
        connected: true,
        refused: refused(conn, scope, period).await?,
        last_delivery_at: payment_channel::find_last_delivery(conn, tenant).await?,
        norm_per_day_milli: u64::try_from(norm.saturating_mul(1_000) / NORM_DAYS).unwrap_or(0),
        deliveries: u64::try_from(deliveries).unwrap_or(0),
        unmatched: payment_channel::list_unmatched(conn, tenant, period, UNMATCHED).await?,
        checkout_host,
    })
}

async fn refused(conn: &mut Conn, scope: &Scope<'_>, period: Period) -> Result<Vec<RefusedDeliveries>, StoreError> {
    let end = period.end.plus_micros(1);
    let refused = webhook_attempts::refused_between(conn, scope.tenant, period.start.plus_days(-1), end).await?;
    let seen = refused.into_iter().map(|refused| RefusedDeliveries {
        key: format!("{}_{}", refused.endpoint_key, refused.reason.code()),
        reason: refused.reason.code().to_owned(),
        last_at: refused.last_at,
        count: u64::try_from(refused.attempts).unwrap_or(0),
    });
    Ok(seen.collect())
}

/// On which host a checkout of this customer was made, as its event says.
fn checkout_host(body: &str, known: &Identified) -> Option<String> {
    let event: Value = serde_json::from_str(body).ok()?;
    let session = event.get("data")?.get("object")?;
    let text = |field: &str| session.get(field).and_then(Value::as_str);
    let details = session.get("customer_details").and_then(|details| details.get("email")).and_then(Value::as_str);
    let email = details.or(text("customer_email")).map(str::to_lowercase);
    let same_email = email.is_some() && email.as_deref() == known.identity.email.as_ref().map(|email| email.as_str());
    let provider_key = known.identity.provider_key.as_ref().map(|key| key.as_str());
    let same_key = provider_key.is_some() && text("customer") == provider_key;
    if !same_email && !same_key {
        return None;
    }
    let host = |address: &str| Url::parse(address).ok()?.host_str().map(str::to_owned);
    match (text("url").and_then(host), text("ui_mode")) {
        (Some(host), _) => Some(host),
        (None, None | Some("hosted")) => Some(HOSTED.to_owned()),
        (None, Some(_)) => text("return_url").and_then(host),
    }
}
