//! Customers who may be meant, best first. Each look-up walks along an index and reads few rows.

use super::investigate::Asked;
use crate::store::earning::{references, transactions};
use crate::store::investigation::candidates::{self, Found as Row};
use crate::store::{Conn, StoreError};
use std::cmp::Reverse;
use whence_domain::investigation::name_match;
use whence_domain::tracking::MatchedBy;
use whence_domain::{CustomerId, Instant, Period, Tenant};

/// Rows that one look-up by an exact name reads.
const EXACT: i64 = 20;
/// Rows that one probe for a misspelt name reads.
const PROBED: i64 = 120;
/// Once so many names are alike, no further probe is made.
const ENOUGH: usize = 8;
/// Candidates told at most.
const MOST: usize = 10;
/// Sign-ups within so many days of the time asked about may be meant when nobody is described.
const NEAR_DAYS: i64 = 3;

/// By what somebody was found, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// A person picked this one.
    Picked,
    /// The key that the company or the provider has.
    CustomerKey,
    /// The order.
    Order,
    /// The e-mail address.
    Email,
    /// The provider's key.
    ProviderKey,
    /// A key that differs in spelling alone.
    NearlyTheKey,
    /// The name, as far as it is alike.
    Name,
    /// The time of the sign-up alone.
    Time,
}

impl Why {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Picked => "picked",
            Self::CustomerKey => "customer_key",
            Self::Order => "order",
            Self::Email => "email",
            Self::ProviderKey => "provider_key",
            Self::NearlyTheKey => "nearly_the_key",
            Self::Name => "name",
            Self::Time => "time",
        }
    }
}

/// Somebody who may be meant.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub id: CustomerId,
    pub signed_up_at: Instant,
    pub why: Why,
    confirmed: bool,
    /// How alike the name is, in thousandths, where one was given.
    alike: u32,
}

/// Everybody who fits, best first.
pub(super) async fn find(
    conn: &mut Conn,
    tenant: &Tenant,
    asked: &Asked,
    said: Option<Period>,
    now: Instant,
) -> Result<Vec<Found>, StoreError> {
    let mut rows: Vec<(Why, Row)> = Vec::new();
    if let Some(id) = &asked.customer {
        rows.extend(candidates::find(conn, tenant, id).await?.map(|row| (Why::Picked, row)));
    }
    if let Some(key) = asked.customer_key.as_deref().map(str::trim) {
        by_key(conn, tenant, key, &mut rows).await?;
    }
    if let Some(order) = asked.order.as_deref().map(str::trim) {
        by_order(conn, tenant, order, &mut rows).await?;
    }
    if let Some(email) = &asked.email {
        by_email(conn, tenant, email.as_str(), &mut rows).await?;
    }
    // Somebody who is found by a key or an address is not looked for by name too.
    if let (Some(name), true) = (&asked.name, rows.is_empty()) {
        by_name(conn, tenant, name, &mut rows).await?;
    }
    settle(conn, tenant, asked, said, now, rows).await
}

async fn by_key(conn: &mut Conn, tenant: &Tenant, key: &str, rows: &mut Vec<(Why, Row)>) -> Result<(), StoreError> {
    if let Some(id) = CustomerId::parse(key) {
        rows.extend(candidates::find(conn, tenant, &id).await?.map(|row| (Why::CustomerKey, row)));
    }
    for (kind, why) in [(MatchedBy::CustomerKey, Why::CustomerKey), (MatchedBy::ProviderKey, Why::ProviderKey)] {
        rows.extend(candidates::find_by_identity(conn, tenant, kind, key).await?.map(|row| (why, row)));
    }
    let claimed = candidates::list_by_claim_key(conn, tenant, key, EXACT).await?;
    rows.extend(claimed.into_iter().map(|row| (Why::CustomerKey, row)));
    let nearly = candidates::list_by_folded_key(conn, tenant, &name_match::fold_key(key), EXACT).await?;
    rows.extend(nearly.into_iter().map(|row| (Why::NearlyTheKey, row)));
    Ok(())
}

async fn by_order(conn: &mut Conn, tenant: &Tenant, order: &str, rows: &mut Vec<(Why, Row)>) -> Result<(), StoreError> {
    let mut kept = transactions::find_by_identifier(conn, tenant, order).await?;
    if kept.is_none() {
        let names = std::collections::BTreeSet::from([order.to_owned()]);
        if let Some(id) = references::find_transaction(conn, tenant, "stripe", &names).await? {
            kept = transactions::find(conn, tenant, &id).await?;
        }
    }
    if let Some(customer) = kept.and_then(|kept| kept.customer) {
        rows.extend(candidates::find(conn, tenant, &customer).await?.map(|row| (Why::Order, row)));
    }
    Ok(())
}

async fn by_email(conn: &mut Conn, tenant: &Tenant, email: &str, rows: &mut Vec<(Why, Row)>) -> Result<(), StoreError> {
    rows.extend(
        candidates::find_by_identity(conn, tenant, MatchedBy::Email, email).await?.map(|row| (Why::Email, row)),
    );
    let own = candidates::list_by_email(conn, tenant, email, EXACT).await?;
    let claimed = candidates::list_by_claim_email(conn, tenant, email, EXACT).await?;
    rows.extend(own.into_iter().chain(claimed).map(|row| (Why::Email, row)));
    // Some companies' keys are addresses.
    let nearly = candidates::list_by_folded_key(conn, tenant, &name_match::fold_key(email), EXACT).await?;
    rows.extend(nearly.into_iter().map(|row| (Why::NearlyTheKey, row)));
    Ok(())
}

async fn by_name(conn: &mut Conn, tenant: &Tenant, name: &str, rows: &mut Vec<(Why, Row)>) -> Result<(), StoreError> {
    for probe in name_match::probes(name) {
        let mut found = candidates::list_by_name(conn, tenant, &probe, PROBED).await?;
        found.extend(candidates::list_by_claim_name(conn, tenant, &probe, EXACT).await?);
        let alike = |row: &Row| row.name.as_deref().is_some_and(|own| is_alike(own, name));
        rows.extend(found.into_iter().filter(alike).map(|row| (Why::Name, row)));
        if rows.len() >= ENOUGH {
            break;
        }
    }
    Ok(())
}

fn is_alike(one: &str, other: &str) -> bool {
    name_match::similarity(one, other) >= name_match::ALIKE
}

/// Each customer once, by the strongest reason, as the one that it was merged into; best first.
async fn settle(
    conn: &mut Conn,
    tenant: &Tenant,
    asked: &Asked,
    said: Option<Period>,
    now: Instant,
    rows: Vec<(Why, Row)>,
) -> Result<Vec<Found>, StoreError> {
    let mut found: Vec<Found> = Vec::new();
    for (why, row) in rows {
        let alike = match (&asked.name, &row.name) {
            (Some(asked), Some(own)) => name_match::similarity(asked, own),
            _ => 0,
        };
        let row = match &row.merged_into {
            Some(into) => match candidates::find(conn, tenant, into).await? {
                Some(into) => into,
                None => continue,
            },
            None => row,
        };
        match found.iter_mut().find(|known| known.id == row.id) {
            Some(known) => {
                known.why = known.why.min(why);
                known.alike = known.alike.max(alike);
            }
            None => found.push(Found {
                id: row.id,
                signed_up_at: row.signed_up_at,
                why,
                confirmed: row.confirmed_at.is_some(),
                alike,
            }),
        }
    }
    let outside = |at: Instant| match said {
        None => 0,
        Some(period) if period.contains(at) => 0,
        Some(period) => {
            (period.start.micros().saturating_sub(at.micros())).max(at.micros().saturating_sub(period.end.micros()))
        }
    };
    let age = |at: Instant| now.micros().saturating_sub(at.micros());
    found.sort_by_key(|one| {
        (one.why, Reverse(one.alike), outside(one.signed_up_at), Reverse(one.confirmed), age(one.signed_up_at))
    });
    found.truncate(MOST + 1);
    Ok(found)
}

/// Who signed up about then, where nobody is described: offered, never taken.
pub(super) async fn near(conn: &mut Conn, tenant: &Tenant, around: Instant) -> Result<Vec<Found>, StoreError> {
    let period = Period { start: around.plus_days(-NEAR_DAYS), end: around.plus_days(NEAR_DAYS) };
    let rows = candidates::list_signed_up(conn, tenant, period, EXACT).await?;
    let distance = |at: Instant| at.micros().abs_diff(around.micros());
    let mut found: Vec<Found> = rows
        .into_iter()
        .map(|row| Found {
            id: row.id,
            signed_up_at: row.signed_up_at,
            why: Why::Time,
            confirmed: row.confirmed_at.is_some(),
            alike: 0,
        })
        .collect();
    found.sort_by_key(|one| distance(one.signed_up_at));
    found.truncate(MOST);
    Ok(found)
}
