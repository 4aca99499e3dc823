//! Verified deliveries of payment providers, kept whole before they are read.

use crate::store::read::{changed, known};
use crate::store::{Conn, StoreError};
use crate::{execute, fetch_all, fetch_optional};
use whence_domain::investigation::EventCause;
use whence_domain::{CustomerId, EventId, Instant, Mode, Money, Tenant, TransactionId};

/// A verified delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `stripe`, …
    pub provider: &'static str,
    /// The provider's id of the event: what makes a second delivery a duplicate.
    pub provider_event_id: String,
    /// Our event.
    pub event: EventId,
    /// The address it came to.
    pub endpoint_key: String,
    /// The provider's word for what happened.
    pub kind: String,
    /// The raw body.
    pub body: String,
    /// When the provider made it.
    pub provider_at: Instant,
    /// The time in its signature.
    pub signed_at: Option<Instant>,
    /// Whether the provider made it in live or in test mode, if it says so.
    pub environment: Option<Mode>,
    /// When it came.
    pub received_at: Instant,
}

/// What is known of a delivery after it was kept.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    /// The event of the first delivery.
    pub event_id: String,
    /// How often it has come.
    pub deliveries: i64,
    /// When it was processed, if it was.
    pub processed_at: Option<i64>,
}

/// Keeps a delivery; of one that came before, counts that it came again.
pub async fn insert(conn: &mut Conn, tenant: &Tenant, delivery: &Delivery) -> Result<Kept, StoreError> {
    fetch_optional!(
        conn,
        Kept,
        "deliveries.insert",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        delivery.provider,
        &delivery.provider_event_id,
        delivery.event.as_str(),
        &delivery.endpoint_key,
        &delivery.kind,
        &delivery.body,
        delivery.provider_at.micros(),
        delivery.received_at.micros(),
        delivery.signed_at.map(Instant::micros),
        delivery.environment.map(Mode::as_str)
    )?
    .ok_or_else(|| StoreError::corrupt("delivery", "an upsert answered no row"))
}

/// Notes what became of a delivery.
pub async fn mark_processed(
    conn: &mut Conn,
    tenant: &Tenant,
    delivery: &Delivery,
    outcome: &str,
    cause: EventCause,
) -> Result<(), StoreError> {
    execute!(
        conn,
        "deliveries.mark_processed",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        delivery.provider,
        &delivery.provider_event_id,
        delivery.received_at.micros(),
        outcome,
        cause.code()
    )?;
    Ok(())
}

/// Notes that a delivery was read again, what became of it then, and the event that tells of it.
pub async fn mark_replayed(
    conn: &mut Conn,
    tenant: &Tenant,
    first: &EventId,
    event: &EventId,
    outcome: &str,
    cause: EventCause,
    now: Instant,
) -> Result<(), StoreError> {
    let rows = execute!(
        conn,
        "deliveries.mark_replayed",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        first.as_str(),
        event.as_str(),
        outcome,
        cause.code(),
        now.micros()
    )?;
    changed(rows)
}

/// A delivery as it is shown and read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// `stripe`, …
    pub provider: String,
    /// The provider's id of the event.
    pub provider_event_id: String,
    /// Our event of its first arrival.
    pub event: EventId,
    /// Our event that told last what became of it.
    pub last_event: EventId,
    /// The address it came to.
    pub endpoint_key: String,
    /// The provider's word for what happened.
    pub kind: String,
    /// When the provider made it.
    pub provider_at: Instant,
    /// The time in its signature.
    pub signed_at: Option<Instant>,
    /// Whether the provider made it in live or in test mode, if it says so.
    pub environment: Option<Mode>,
    /// When it came first.
    pub received_at: Instant,
    /// How often it has come.
    pub deliveries: i64,
    /// How often it was read again.
    pub replays: i64,
    /// When it was last read again.
    pub replayed_at: Option<Instant>,
    /// Since when its body is gone.
    pub erased_at: Option<Instant>,
    /// What became of it.
    pub outcome: String,
    /// Why.
    pub cause: EventCause,
    /// The customer that it was found to speak of.
    pub customer: Option<Named>,
    /// The payment in it.
    pub transaction: Option<Paid>,
}

/// A customer as lists name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: CustomerId,
    /// What it is called.
    pub name: String,
}

/// A payment as lists name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Its id.
    pub id: TransactionId,
    /// The provider's key.
    pub key: String,
    /// How much.
    pub amount: Money,
}

/// Which deliveries a list holds; what is absent leaves all in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of this kind.
    pub kind: Option<String>,
    /// Those that this became of.
    pub outcome: Option<String>,
    /// Those older than the one with this event.
    pub after: Option<EventId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    provider: String,
    provider_event_id: String,
    event_id: String,
    last_event_id: Option<String>,
    endpoint_key: String,
    kind: String,
    provider_at: i64,
    signed_at: Option<i64>,
    environment: Option<String>,
    received_at: i64,
    deliveries: i64,
    replays: i64,
    replayed_at: Option<i64>,
    erased_at: Option<i64>,
    outcome: Option<String>,
    cause: Option<String>,
    transaction_id: Option<String>,
    transaction_key: Option<String>,
    amount: Option<i64>,
    currency: Option<String>,
    customer_id: Option<String>,
    customer_name: Option<String>,
    customer_email: Option<String>,
    customer_key: Option<String>,
}

impl Row {
    fn read(self) -> Result<Shown, StoreError> {
        let cause = self.cause.as_deref().unwrap_or("unsaid");
        let event = EventId::from_stored(self.event_id);
        let paid = self.transaction_id.zip(self.transaction_key).zip(self.amount.zip(self.currency));
        let transaction = paid.map(|((id, key), (minor, code))| {
            let currency = known("currency", &code, whence_domain::Currency::parse(&code))?;
            Ok::<_, StoreError>(Paid { id: TransactionId::from_stored(id), key, amount: Money::new(minor, currency) })
        });
        let names = (self.customer_name, self.customer_email, self.customer_key);
        Ok(Shown {
            last_event: self.last_event_id.map_or_else(|| event.clone(), EventId::from_stored),
            event,
            cause: known("cause", cause, EventCause::parse(cause))?,
            environment: self.environment.map(|mode| known("mode", &mode, Mode::parse(&mode))).transpose()?,
            transaction: transaction.transpose()?,
            customer: self.customer_id.map(|id| Named {
                id: CustomerId::from_stored(id),
                name: crate::store::dashboard::customer_name(names.0, names.1, names.2),
            }),
            provider: self.provider,
            provider_event_id: self.provider_event_id,
            endpoint_key: self.endpoint_key,
            kind: self.kind,
            provider_at: Instant::from_micros(self.provider_at),
            signed_at: self.signed_at.map(Instant::from_micros),
            received_at: Instant::from_micros(self.received_at),
            deliveries: self.deliveries,
            replays: self.replays,
            replayed_at: self.replayed_at.map(Instant::from_micros),
            erased_at: self.erased_at.map(Instant::from_micros),
            outcome: self.outcome.unwrap_or_default(),
        })
    }
}

/// One page of deliveries, the latest first, at most `limit`.
pub async fn list(conn: &mut Conn, tenant: &Tenant, filter: &Filter, limit: i64) -> Result<Vec<Shown>, StoreError> {
    let rows = fetch_all!(
        conn,
        Row,
        "deliveries.list",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        filter.kind.as_deref(),
        filter.outcome.as_deref(),
        filter.after.as_ref().map(EventId::as_str),
        limit
    )?;
    rows.into_iter().map(Row::read).collect()
}

/// The delivery that this event, its first or that of a replay, tells of.
pub async fn find(conn: &mut Conn, tenant: &Tenant, event: &EventId) -> Result<Option<Shown>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    fetch_optional!(conn, Row, "deliveries.find", program, mode, event.as_str())?.map(Row::read).transpose()
}

/// The delivery of the provider's event with this id.
pub async fn find_by_provider_event(
    conn: &mut Conn,
    tenant: &Tenant,
    provider: &str,
    id: &str,
) -> Result<Option<EventId>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = fetch_optional!(conn, (String,), "deliveries.find_by_provider_event", program, mode, provider, id)?;
    Ok(row.map(|(event,)| EventId::from_stored(event)))
}

/// The raw body of a delivery, by the event of its first arrival; none if it was erased.
pub async fn body(conn: &mut Conn, tenant: &Tenant, first: &EventId) -> Result<Option<String>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = fetch_optional!(conn, (String,), "deliveries.body", program, mode, first.as_str())?;
    Ok(row.map(|(body,)| body))
}

/// How many deliveries came on each day, in days since 1970 in UTC, from one moment to before another. Days without any
/// are left out.
pub async fn count_by_day(
    conn: &mut Conn,
    tenant: &Tenant,
    from: Instant,
    to: Instant,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    Ok(fetch_all!(conn, (i64, i64), "deliveries.count_by_day", program, mode, from.micros(), to.micros())?)
}

/// When the last delivery of a kind came; of any kind if none is named.
pub async fn last_of_kind(conn: &mut Conn, tenant: &Tenant, kind: Option<&str>) -> Result<Option<Instant>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = match kind {
        Some(kind) => fetch_optional!(conn, (Option<i64>,), "deliveries.last_of_kind", program, mode, kind)?,
        None => fetch_optional!(conn, (Option<i64>,), "deliveries.last", program, mode)?,
    };
    Ok(row.and_then(|(at,)| at).map(Instant::from_micros))
}

/// What the latest deliveries say of clocks and modes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// When it came.
    pub received_at: Instant,
    /// The time in its signature.
    pub signed_at: Option<Instant>,
    /// Live or test, if it says so.
    pub environment: Option<Mode>,
}

/// The stamps of the latest deliveries since a moment, the latest first.
pub async fn latest_stamps(
    conn: &mut Conn,
    tenant: &Tenant,
    since: Instant,
    limit: i64,
) -> Result<Vec<Stamp>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(
        conn,
        (i64, Option<i64>, Option<String>),
        "deliveries.latest_stamps",
        program,
        mode,
        since.micros(),
        limit
    )?;
    rows.into_iter()
        .map(|(received_at, signed_at, environment)| {
            Ok(Stamp {
                received_at: Instant::from_micros(received_at),
                signed_at: signed_at.map(Instant::from_micros),
                environment: environment.map(|mode| known("mode", &mode, Mode::parse(&mode))).transpose()?,
            })
        })
        .collect()
}

/// The bodies of the latest deliveries of a kind, the latest first; erased ones are left out.
pub async fn latest_bodies(
    conn: &mut Conn,
    tenant: &Tenant,
    kind: &str,
    limit: i64,
) -> Result<Vec<String>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, (String,), "deliveries.latest_bodies", program, mode, kind, limit)?;
    Ok(rows.into_iter().map(|(body,)| body).collect())
}

/// A payment that came by a delivery and found nobody whom the company or a page had told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmatched {
    /// The event it came in.
    pub event: EventId,
    /// The provider's id of the event.
    pub provider_event_id: String,
    /// The provider's word for what happened.
    pub kind: String,
    /// When it came.
    pub at: Instant,
    /// The payment, if it was recorded: for a customer of its own, who belongs to no partner.
    pub transaction: Option<TransactionId>,
    /// That customer.
    pub customer: Option<CustomerId>,
    /// The company's key in it.
    pub customer_key: Option<String>,
    /// The provider's key in it.
    pub provider_key: Option<String>,
    /// The e-mail address in it.
    pub email: Option<String>,
}

#[derive(sqlx::FromRow)]
struct UnmatchedRow {
    event_id: String,
    provider_event_id: String,
    kind: String,
    received_at: i64,
    transaction_id: Option<String>,
    customer_id: Option<String>,
    customer_key: Option<String>,
    provider_key: Option<String>,
    email: Option<String>,
}

/// Payments that came between two moments and, as things stand now, belong to nobody whom anybody had told of, the latest
/// first, at most `limit`. One whose customer has been found since is left out.
pub async fn unmatched_between(
    conn: &mut Conn,
    tenant: &Tenant,
    from: Instant,
    to: Instant,
    limit: i64,
) -> Result<Vec<Unmatched>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let (from, to) = (from.micros(), to.micros());
    let rows = fetch_all!(conn, UnmatchedRow, "deliveries.unmatched_between", program, mode, from, to, limit)?;
    Ok(rows
        .into_iter()
        .map(|row| Unmatched {
            event: EventId::from_stored(row.event_id),
            provider_event_id: row.provider_event_id,
            kind: row.kind,
            at: Instant::from_micros(row.received_at),
            transaction: row.transaction_id.map(TransactionId::from_stored),
            customer: row.customer_id.map(CustomerId::from_stored),
            customer_key: row.customer_key,
            provider_key: row.provider_key,
            email: row.email,
        })
        .collect())
}

/// How many payments came by deliveries between two moments.
pub async fn count_payments(conn: &mut Conn, tenant: &Tenant, from: Instant, to: Instant) -> Result<i64, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let row = fetch_optional!(conn, (i64,), "deliveries.count_payments", program, mode, from.micros(), to.micros())?;
    Ok(row.map_or(0, |(many,)| many))
}
