//! Requests to addresses that lead nowhere: links that do not exist, or no longer lead anywhere. They have no click id.

use crate::store::read::known;
use crate::store::{Conn, Listed, Page, StoreError};
use crate::{fetch_all, fetch_optional};
use std::fmt;
use whence_domain::tracking::Outcome;
use whence_domain::{Instant, PartnerId, Tenant};

/// Which request: when it came, and where the spool has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissKey {
    occurred_at: i64,
    incarnation: i64,
    segment: i64,
    position: i64,
}

/// A request to an address that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// Which one.
    pub key: MissKey,
    /// The path asked for.
    pub path: String,
    /// The link's path as it is now, if there is a link.
    pub link_key: Option<String>,
    /// Whose link it is.
    pub partner_key: Option<String>,
    /// `unknown` or `inactive`.
    pub outcome: Outcome,
    /// Why, a code.
    pub reason: String,
    /// Host of the page that led here.
    pub referrer_host: Option<String>,
    /// When somebody asked.
    pub occurred_at: Instant,
}

impl MissKey {
    const PREFIX: &'static str = "miss_";

    /// Reads a key as [`Display`](fmt::Display) writes it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.strip_prefix(Self::PREFIX)?.split('-').map(|part| part.parse().ok());
        let mut next = || numbers.next().flatten();
        let key = Self { occurred_at: next()?, incarnation: next()?, segment: next()?, position: next()? };
        numbers.next().is_none().then_some(key)
    }
}

impl fmt::Display for MissKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { occurred_at, incarnation, segment, position } = self;
        write!(f, "{}{occurred_at}-{incarnation}-{segment}-{position}", Self::PREFIX)
    }
}

/// One page of the tenant's requests with this outcome, of one partner's links or of all. Addresses that belong to no link
/// belong to both modes.
///
/// # Errors
/// The database's.
pub async fn list(
    conn: &mut Conn,
    tenant: &Tenant,
    outcome: Outcome,
    partner: Option<&PartnerId>,
    page: &Page,
) -> Result<Listed<Miss>, StoreError> {
    let (program, mode) = (tenant.program.as_str(), tenant.mode.as_str());
    let (outcome, partner) = (outcome.as_str(), partner.map(PartnerId::as_str));
    let [from, to, ..] = page.times();
    let bound = page.bound().and_then(MissKey::parse);
    let at = bound.map(|key| key.occurred_at);
    let place = bound.map(|key| [key.incarnation, key.segment, key.position]).unwrap_or_default();
    let [incarnation, segment, position] = place;
    let fetch = page.fetch();
    let rows = if page.walks_down() {
        fetch_all!(
            conn,
            Row,
            "misses.list_down",
            program,
            mode,
            outcome,
            partner,
            from,
            to,
            at,
            incarnation,
            segment,
            position,
            fetch
        )?
    } else {
        fetch_all!(
            conn,
            Row,
            "misses.list_up",
            program,
            mode,
            outcome,
            partner,
            from,
            to,
            at,
            incarnation,
            segment,
            position,
            fetch
        )?
    };
    let misses: Vec<Miss> = rows.into_iter().map(Row::read).collect::<Result<_, _>>()?;
    Ok(page.finish(misses))
}

/// How many there are on all pages together.
///
/// # Errors
/// The database's.
pub async fn count(
    conn: &mut Conn,
    tenant: &Tenant,
    outcome: Outcome,
    partner: Option<&PartnerId>,
    page: &Page,
) -> Result<i64, StoreError> {
    let [from, to, ..] = page.times();
    let row = fetch_optional!(
        conn,
        (i64,),
        "misses.count",
        tenant.program.as_str(),
        tenant.mode.as_str(),
        outcome.as_str(),
        partner.map(PartnerId::as_str),
        from,
        to,
    )?;
    Ok(row.map_or(0, |(misses,)| misses))
}

#[derive(sqlx::FromRow)]
struct Row {
    incarnation: i64,
    segment: i64,
    position: i64,
    path: String,
    link_key: Option<String>,
    partner_key: Option<String>,
    outcome: String,
    reason: String,
    referrer_host: Option<String>,
    occurred_at: i64,
}

impl Row {
    fn read(self) -> Result<Miss, StoreError> {
        let Self { occurred_at, incarnation, segment, position, .. } = self;
        Ok(Miss {
            key: MissKey { occurred_at, incarnation, segment, position },
            path: self.path,
            link_key: self.link_key,
            partner_key: self.partner_key,
            outcome: known("outcome", &self.outcome, Outcome::parse(&self.outcome))?,
            reason: self.reason,
            referrer_host: self.referrer_host,
            occurred_at: Instant::from_micros(occurred_at),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_as_it_was_written() {
        let key = MissKey { occurred_at: 5, incarnation: 1, segment: 2, position: 3 };
        assert_eq!(MissKey::parse(&key.to_string()), Some(key));
        for wrong in ["miss_", "miss_1-2-3", "miss_1-2-3-4-5", "miss_a-2-3-4", "1-2-3-4"] {
            assert_eq!(MissKey::parse(wrong), None, "{wrong}");
        }
    }
}
