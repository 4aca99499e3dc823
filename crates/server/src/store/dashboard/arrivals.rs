//! What was refused before it could become an event: counters of the snippet's requests and of providers' deliveries, as
//! one list.

use crate::fetch_all;
use crate::store::earning::events::EventFilter;
use crate::store::{Conn, StoreError};
use whence_domain::investigation::AttemptRefusal;
use whence_domain::{Instant, Tenant};

/// Requests of one hour that were refused for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedGroup {
    /// `snippet`, or the provider.
    pub source: String,
    /// The reason's code.
    pub cause: String,
    /// The site whose page sent them, or the webhook that they were sent to.
    pub origin: Option<String>,
    /// How many.
    pub requests: i64,
    /// When the first came, to the hour.
    pub first_at: Instant,
    /// When the last came.
    pub last_at: Instant,
}

impl RefusedGroup {
    /// What kind of thing was refused.
    pub fn kind(&self) -> &'static str {
        if self.source == "snippet" { "page_request" } else { "webhook_attempt" }
    }

    /// Why, in a sentence. Reasons of the snippet's requests are words of their own.
    pub fn why(&self) -> String {
        match AttemptRefusal::parse(&self.cause) {
            Some(reason) if self.source != "snippet" => reason.sentence().to_owned(),
            _ => refused_request(&self.cause),
        }
    }

    /// Whether the group belongs into a list that is narrowed so.
    pub fn fits(&self, filter: &EventFilter) -> bool {
        let is = |wanted: &Option<String>, here: &str| wanted.as_deref().is_none_or(|wanted| wanted == here);
        is(&filter.kind, self.kind())
            && is(&filter.outcome, "refused")
            && is(&filter.cause, &self.cause)
            && is(&filter.source, &self.source)
    }
}

/// A reason of the snippet's door in a sentence; one that is new here as its words.
fn refused_request(code: &str) -> String {
    let known = match code {
        "no_public_key" => "The snippet was called without its public key.",
        "unknown_public_key" => "The public key in it is known to no program here.",
        "origin_not_allowed" => "Pages of this site may not use this public key: add the site to the program.",
        "missing_data" => "A sign-up came with neither an e-mail address nor a customer key.",
        "invalid_field" => "A field in it was of another type than it should be.",
        "not_json" | "not_utf8" | "media_type" | "content_encoding" => "It could not be read.",
        "too_large" => "It was larger than anything that the snippet sends.",
        "cut_off" | "too_slow" => "It did not arrive whole.",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

#[derive(sqlx::FromRow)]
struct Row {
    source: String,
    cause: String,
    origin: String,
    requests: i64,
    first_at: i64,
    last_at: i64,
}

/// What was refused of the tenant's at or after `from` and before `to`, hour by hour, the latest first, at most `limit`.
/// Requests of pages belong to the program, since a key that nobody has names no mode.
pub async fn refused(
    conn: &mut Conn,
    tenant: &Tenant,
    from: Instant,
    to: Instant,
    limit: i64,
) -> Result<Vec<RefusedGroup>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let rows = fetch_all!(conn, Row, "arrivals.refused", program, mode, from.micros(), to.micros(), limit)?;
    Ok(rows
        .into_iter()
        .map(|row| RefusedGroup {
            source: row.source,
            cause: row.cause,
            origin: (!row.origin.is_empty()).then_some(row.origin),
            requests: row.requests,
            first_at: Instant::from_micros(row.first_at),
            last_at: Instant::from_micros(row.last_at),
        })
        .collect())
}
