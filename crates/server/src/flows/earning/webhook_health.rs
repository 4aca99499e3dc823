//! The facts of the checklist of payments, loaded; what they mean is decided by `domain::investigation::webhook_health`.

use super::stripe_event::{self, Fact};
use crate::store::earning::{deliveries, webhook_attempts};
use crate::store::program::{endpoints, policies};
use crate::store::tracking::customers;
use crate::store::{Conn, StoreError};
use whence_domain::investigation::webhook_health::{
    MOST_COUNTED, NORM_DAYS, RECENT_DAYS, RefusedDeliveries, WebhookFacts, needed_kinds,
};
use whence_domain::{Instant, Mode, Tenant};

/// Deliveries by which clocks and modes are compared, and of each kind of customer event that are read.
const LATEST: i64 = 20;
/// Payments without a known customer that are counted at most.
const MOST_PAYMENTS: i64 = 10_000;

/// Loads what is known of the tenant's deliveries.
pub async fn load(conn: &mut Conn, tenant: &Tenant, now: Instant) -> Result<WebhookFacts, StoreError> {
    let sales = policies::get_latest(conn, &tenant.program).await?.sale_source;
    let addresses = endpoints::list(conn, tenant).await?;
    let last_delivery = deliveries::last_of_kind(conn, tenant, None).await?;
    let usual = match last_delivery {
        // The last one itself is left out, so that one delivery alone makes no norm.
        Some(last) => deliveries::count_by_day(conn, tenant, last.plus_days(-NORM_DAYS), last).await?,
        None => Vec::new(),
    };
    let stamps = deliveries::latest_stamps(conn, tenant, now.plus_days(-NORM_DAYS), LATEST).await?;
    let made_in = |mode| stamps.iter().filter(|stamp| stamp.environment == Some(mode)).count();
    let mut skews: Vec<i64> = stamps
        .iter()
        .filter_map(|stamp| Some(stamp.received_at.micros().saturating_sub(stamp.signed_at?.micros()) / 1_000_000))
        .collect();
    skews.sort_unstable();
    let mut kinds = Vec::new();
    for kind in needed_kinds(sales) {
        kinds.push((*kind, last_of(conn, tenant, kind).await?));
    }
    let refused =
        webhook_attempts::refused_between(conn, tenant, now.plus_days(-RECENT_DAYS), now.plus_micros(1)).await?;
    let (from, to) = (now.plus_days(-NORM_DAYS), now.plus_micros(1));
    let unknown = deliveries::unmatched_between(conn, tenant, from, to, MOST_PAYMENTS).await?;
    let (told_customers, told_with_key) = told_customers(conn, tenant).await?;
    let without = customers::count_without_provider_key(conn, tenant, MOST_COUNTED + 1).await?;
    Ok(WebhookFacts {
        mode: tenant.mode,
        sales,
        now,
        without_provider_key: if addresses.is_empty() { 0 } else { without },
        addresses: addresses.iter().map(|endpoint| (endpoint.created_at, endpoint.secret.is_some())).collect(),
        usual: usual.iter().map(|(_, deliveries)| deliveries).sum(),
        last_delivery,
        made_live: number(made_in(Mode::Live)),
        made_test: number(made_in(Mode::Test)),
        kinds,
        refused: refused
            .into_iter()
            .map(|one| RefusedDeliveries { reason: one.reason, attempts: one.attempts, last_at: one.last_at })
            .collect(),
        payments: deliveries::count_payments(conn, tenant, from, to).await?,
        unknown_customers: number(unknown.len()),
        told_customers,
        told_with_key,
        skew_seconds: skews.get(skews.len() / 2).copied(),
    })
}

fn number(many: usize) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

/// When the last one of a kind came. An invoice that was paid goes by two names.
async fn last_of(conn: &mut Conn, tenant: &Tenant, kind: &str) -> Result<Option<Instant>, StoreError> {
    let found = deliveries::last_of_kind(conn, tenant, Some(kind)).await?;
    match kind {
        "invoice.paid" => {
            let other = deliveries::last_of_kind(conn, tenant, Some("invoice.payment_succeeded")).await?;
            Ok(found.max(other))
        }
        _ => Ok(found),
    }
}

/// Of the latest customers that the provider told of, how many there are and how many came with the company's own key.
async fn told_customers(conn: &mut Conn, tenant: &Tenant) -> Result<(i64, i64), StoreError> {
    let sales = policies::get_latest(conn, &tenant.program).await?.sale_source;
    let bodies = deliveries::latest_bodies(conn, tenant, "customer.created", LATEST).await?;
    let identities = bodies.iter().filter_map(|body| {
        let event = stripe_event::parse(body.as_bytes(), sales).ok()?;
        event.facts.into_iter().find_map(|fact| match fact {
            Fact::Identity(identity) => Some(identity),
            _ => None,
        })
    });
    let keyed: Vec<bool> = identities.map(|identity| identity.customer_key.is_some()).collect();
    Ok((number(keyed.len()), number(keyed.iter().filter(|keyed| **keyed).count())))
}
