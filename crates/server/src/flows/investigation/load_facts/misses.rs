//! Requests that led nowhere: to the partner's own links, and to the address that was named.

use super::Scope;
use crate::store::investigation::surroundings;
use crate::store::{Conn, StoreError};
use whence_domain::Period;
use whence_domain::investigation::facts::{CustomerFacts, MissSeen};

/// Links of a partner that are looked at, and requests to each.
const LINKS: i64 = 30;
const OF_LINK: i64 = 5;
/// Requests to addresses that are no links, among which the named one is looked for.
const UNKNOWN: i64 = 300;
/// Requests told at most.
const MOST: usize = 20;

/// Loads them, in order of time.
pub(super) async fn load(
    conn: &mut Conn,
    scope: &Scope<'_>,
    customer: Option<&CustomerFacts>,
) -> Result<Vec<MissSeen>, StoreError> {
    let end = scope.period.end.max(scope.moment(customer)).min(scope.now);
    let period = Period { start: scope.period.start, end };
    let mut misses = Vec::new();
    if let Some(partner) = scope.asking() {
        let links = match &scope.meant.link {
            Some(link) => vec![link.id.clone()],
            None => surroundings::list_links_of_partner(conn, scope.tenant, &partner.id, LINKS).await?,
        };
        for link in links {
            let of_link = surroundings::list_misses_of_link(conn, scope.tenant, &link, period, OF_LINK).await?;
            misses.extend(of_link.into_iter().map(|miss| MissSeen { partner: Some(partner.id.clone()), ..miss }));
        }
    }
    if let (true, Some(path)) = (scope.meant.link_unknown, &scope.meant.path) {
        let unknown = surroundings::list_unknown_misses(conn, scope.tenant, period, UNKNOWN).await?;
        misses.extend(unknown.into_iter().filter(|miss| is_of(miss, path)));
    }
    misses.sort_by(|one, other| (one.at, &one.key).cmp(&(other.at, &other.key)));
    let superfluous = misses.len().saturating_sub(MOST);
    misses.drain(..superfluous);
    Ok(misses)
}

/// Whether it asked for this path; the address may have stood below the app's own `/l/program/`.
fn is_of(miss: &MissSeen, path: &str) -> bool {
    miss.path.trim_matches('/').rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(path))
}
