//! What the drain writes: clicks, page views, misses, what was refused, and the daily counts of the rows actually
//! inserted.

use super::clicks::RollupKey;
use crate::store::many::many;
use crate::store::{Conn, StoreError};
use crate::{fetch_all, fetch_optional, sql};
use std::collections::HashSet;
use std::sync::LazyLock;
use whence_domain::tracking::{ClickKey, Outcome};
use whence_domain::{Instant, Tenant};

/// Rows that one statement inserts, where that many wait. A statement costs far more than a row.
const ROWS: usize = 32;

/// A click's row, as the drain makes it.
#[derive(Clone, Debug)]
pub struct ClickRow {
    /// Which click.
    pub key: ClickKey,
    /// The id as text.
    pub xid: String,
    /// What screening said.
    pub outcome: Outcome,
    /// Where it is counted.
    pub rollup: RollupKey,
    /// When it was stored in the database.
    pub recorded_at: i64,
    /// The stored destination.
    pub dest: String,
    /// JSON array of text.
    pub earlier_xids: String,
    /// JSON array of text.
    pub sub_ids: String,
    /// JSON array of text.
    pub params: String,
    /// Host of the page before.
    pub referrer_host: Option<String>,
    /// Device family.
    pub device: &'static str,
    /// Browser family.
    pub browser: &'static str,
    /// Engine.
    pub engine: &'static str,
    /// The app whose own browser it was.
    pub in_app: Option<&'static str>,
    /// Country, where known.
    pub country: Option<String>,
    /// When the browser said `Sec-GPC`.
    pub gpc_at: Option<i64>,
    /// Erasable.
    pub user_agent: Option<String>,
    /// Erasable.
    pub ip_prefix: Option<String>,
}

/// Where a record lies in the spool: the key of everything but clicks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The run.
    pub incarnation: u32,
    /// Its segment.
    pub segment: u32,
    /// Bytes into it.
    pub offset: u64,
}

impl Place {
    fn columns(self) -> (i64, i64, i64) {
        (self.incarnation.into(), self.segment.into(), i64::try_from(self.offset).unwrap_or(i64::MAX))
    }
}

/// A page view's row.
#[derive(Clone, Debug)]
pub struct VisitRow {
    /// Where it lay.
    pub place: Place,
    /// Whose.
    pub tenant: Tenant,
    /// When it arrived.
    pub occurred_at: i64,
    /// When it was stored in the database.
    pub recorded_at: i64,
    /// Host of the page.
    pub page_host: Option<String>,
    /// Path of the page.
    pub page_path: Option<String>,
    /// JSON array of text.
    pub params: String,
    /// Host of the page before.
    pub referrer_host: Option<String>,
    /// Host of the `Origin` header.
    pub origin_host: Option<String>,
    /// The click id as sent.
    pub xid: Option<String>,
    /// `genuine`, `forged`, `foreign`, `absent`.
    pub xid_verdict: &'static str,
    /// The click that a genuine id names, with the class that the id says.
    pub click: Option<(ClickKey, Outcome)>,
    /// The partner key as sent.
    pub partner_key: Option<String>,
    /// `written_and_read`, `failed`, `unsaid`.
    pub cookie: &'static str,
    /// The domain that the cookie was kept for; empty where the page's host alone has it.
    pub cookie_domain: Option<String>,
    /// The same of local storage.
    pub local_storage: &'static str,
    /// What the page told of consent.
    pub consent: Option<String>,
    /// When the browser said `Sec-GPC`.
    pub gpc_at: Option<i64>,
    /// The snippet's version.
    pub snippet: Option<String>,
    /// JSON array of text.
    pub problems: String,
    /// Browser family.
    pub browser: &'static str,
    /// Engine.
    pub engine: &'static str,
    /// Device family.
    pub device: &'static str,
    /// The day in the program's zone on which it counts for its page, if it names one.
    pub day: Option<String>,
    /// The page's path, folded, as it is counted under.
    pub page_template: Option<String>,
    /// Erasable.
    pub user_agent: Option<String>,
    /// Erasable.
    pub ip_prefix: Option<String>,
}

/// A miss's row.
#[derive(Clone, Debug)]
pub struct MissRow {
    /// Where it lay.
    pub place: Place,
    /// The program, if known.
    pub program: Option<String>,
    /// The inactive link's mode.
    pub mode: Option<&'static str>,
    /// Host asked for.
    pub host: String,
    /// Path asked for.
    pub path: String,
    /// The inactive link.
    pub link: Option<String>,
    /// `inactive` or `unknown`.
    pub outcome: &'static str,
    /// Why.
    pub reason: String,
    /// When.
    pub occurred_at: i64,
    /// When it was stored in the database.
    pub recorded_at: i64,
    /// Host of the page before.
    pub referrer_host: Option<String>,
}

/// A record that the database would not take.
#[derive(Clone, Debug)]
pub struct QuarantinedRow {
    /// Where it lay.
    pub place: Place,
    /// Why.
    pub reason: String,
    /// Its bytes in base64.
    pub record: String,
    /// When it was put aside.
    pub recorded_at: i64,
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    incarnation: i64,
    ms: i64,
    counter: i64,
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    incarnation: i64,
    segment: i64,
    position: i64,
}

#[derive(sqlx::FromRow)]
struct FollowedRow {
    #[expect(dead_code, reason = "that there is a row is the answer")]
    followed: i32,
}

#[derive(sqlx::FromRow)]
struct ZoneRow {
    program_id: String,
    time_zone: String,
}

/// Runs one insert for each chunk of rows: `$bind` binds the columns of `$row` to `$query`. Evaluates to the returned rows.
macro_rules! insert_rows {
    ($conn:expr, $rows:expr, $name:literal, $columns:literal, $out:ty, |$query:ident, $row:ident| $bind:expr) => {{
        static MANY: LazyLock<String> = LazyLock::new(|| many(sql!($name), $columns, ROWS));
        let mut returned: Vec<$out> = Vec::new();
        let mut rest: &[_] = $rows;
        while !rest.is_empty() {
            let (text, now): (&'static str, usize) =
                if rest.len() >= ROWS { (MANY.as_str(), ROWS) } else { (sql!($name), 1) };
            let (chunk, later) = rest.split_at(now);
            rest = later;
            returned.extend(match &mut *$conn {
                Conn::Sqlite(conn) => {
                    let mut $query = sqlx::query_as::<_, $out>(text);
                    for $row in chunk {
                        $query = $bind;
                    }
                    $query.fetch_all(&mut **conn).await?
                }
                Conn::Postgres(conn) => {
                    let mut $query = sqlx::query_as::<_, $out>(text);
                    for $row in chunk {
                        $query = $bind;
                    }
                    $query.fetch_all(&mut **conn).await?
                }
            });
        }
        returned
    }};
}

/// Inserts clicks that are not there yet; answers the keys of those that were not.
pub async fn insert_clicks(conn: &mut Conn, clicks: &[ClickRow]) -> Result<HashSet<ClickKey>, StoreError> {
    let inserted = insert_rows!(conn, clicks, "drained.insert_clicks", 26, KeyRow, |query, click| {
        query
            .bind(i64::from(click.key.incarnation))
            .bind(click.key.millis)
            .bind(i64::from(click.key.counter))
            .bind(&click.rollup.program)
            .bind(click.rollup.mode)
            .bind(&click.rollup.link)
            .bind(&click.rollup.partner)
            .bind(&click.xid)
            .bind(click.outcome.as_str())
            .bind(None::<i64>)
            .bind(Instant::from_millis(click.key.millis).micros())
            .bind(click.recorded_at)
            .bind(&click.rollup.day)
            .bind(&click.dest)
            .bind(&click.earlier_xids)
            .bind(&click.sub_ids)
            .bind(&click.params)
            .bind(&click.referrer_host)
            .bind(click.device)
            .bind(click.browser)
            .bind(click.engine)
            .bind(click.in_app)
            .bind(&click.country)
            .bind(click.gpc_at)
            .bind(&click.user_agent)
            .bind(&click.ip_prefix)
    });
    let key =
        |row: KeyRow| ClickKey { incarnation: row.incarnation as u32, millis: row.ms, counter: row.counter as u16 };
    Ok(inserted.into_iter().map(key).collect())
}

/// Inserts page views that are not there yet; answers the places of those that were not.
pub async fn insert_visits(conn: &mut Conn, visits: &[VisitRow]) -> Result<HashSet<Place>, StoreError> {
    let inserted = insert_rows!(conn, visits, "drained.insert_visits", 32, PlaceRow, |query, visit| {
        let (incarnation, segment, position) = visit.place.columns();
        let click = visit.click.map(|(key, _)| key);
        query
            .bind(incarnation)
            .bind(segment)
            .bind(position)
            .bind(visit.tenant.program.as_str())
            .bind(visit.tenant.mode.as_str())
            .bind(visit.occurred_at)
            .bind(visit.recorded_at)
            .bind(&visit.page_host)
            .bind(&visit.page_path)
            .bind(&visit.params)
            .bind(&visit.referrer_host)
            .bind(&visit.origin_host)
            .bind(&visit.xid)
            .bind(visit.xid_verdict)
            .bind(click.map(|key| i64::from(key.incarnation)))
            .bind(click.map(|key| key.millis))
            .bind(click.map(|key| i64::from(key.counter)))
            .bind(&visit.partner_key)
            .bind(visit.cookie)
            .bind(visit.local_storage)
            .bind(&visit.consent)
            .bind(visit.gpc_at)
            .bind(&visit.snippet)
            .bind(&visit.problems)
            .bind(visit.browser)
            .bind(visit.engine)
            .bind(&visit.user_agent)
            .bind(&visit.ip_prefix)
            .bind(visit.device)
            .bind(&visit.day)
            .bind(&visit.page_template)
            .bind(&visit.cookie_domain)
    });
    let place = |row: PlaceRow| Place {
        incarnation: row.incarnation as u32,
        segment: row.segment as u32,
        offset: row.position as u64,
    };
    Ok(inserted.into_iter().map(place).collect())
}

/// Inserts misses that are not there yet.
pub async fn insert_misses(conn: &mut Conn, misses: &[MissRow]) -> Result<(), StoreError> {
    insert_rows!(conn, misses, "drained.insert_misses", 13, PlaceRow, |query, miss| {
        let (incarnation, segment, position) = miss.place.columns();
        query
            .bind(incarnation)
            .bind(segment)
            .bind(position)
            .bind(&miss.program)
            .bind(miss.mode)
            .bind(&miss.host)
            .bind(&miss.path)
            .bind(&miss.link)
            .bind(miss.outcome)
            .bind(&miss.reason)
            .bind(miss.occurred_at)
            .bind(miss.recorded_at)
            .bind(&miss.referrer_host)
    });
    Ok(())
}

/// Puts records aside.
pub async fn insert_quarantined(conn: &mut Conn, rows: &[QuarantinedRow]) -> Result<(), StoreError> {
    insert_rows!(conn, rows, "drained.insert_quarantined", 6, PlaceRow, |query, row| {
        let (incarnation, segment, position) = row.place.columns();
        query.bind(incarnation).bind(segment).bind(position).bind(&row.reason).bind(&row.record).bind(row.recorded_at)
    });
    Ok(())
}

/// Whether a real landing or a confirmed sign-up followed a click.
pub async fn was_followed(conn: &mut Conn, tenant: &Tenant, key: ClickKey) -> Result<bool, StoreError> {
    let row = fetch_optional!(
        conn,
        FollowedRow,
        "drained.was_followed",
        i64::from(key.incarnation),
        key.millis,
        i64::from(key.counter),
        tenant.program.as_str(),
        tenant.mode.as_str()
    )?;
    Ok(row.is_some())
}

/// The time zone of every program, by the program's id.
pub async fn program_zones(conn: &mut Conn) -> Result<Vec<(String, String)>, StoreError> {
    Ok(fetch_all!(conn, ZoneRow, "drained.program_zones")?
        .into_iter()
        .map(|row| (row.program_id, row.time_zone))
        .collect())
}
