//! Kept checks of where the links lead, of the time of the clicks.

use super::Scope;
use crate::store::investigation::link_checks;
use crate::store::{Conn, StoreError};
use std::collections::BTreeMap;
use whence_domain::investigation::facts::{CheckSeen, ClickSeen, CustomerFacts, PageName};
use whence_domain::{Instant, LinkId};

/// Links whose checks are read: those of the latest clicks.
const LINKS: usize = 6;
/// So many days on either side of a click its link's checks speak of it.
const NEAR_DAYS: i64 = 14;

/// Loads them, in order of time.
pub(super) async fn load(
    conn: &mut Conn,
    scope: &Scope<'_>,
    customer: Option<&CustomerFacts>,
    clicks: &[ClickSeen],
) -> Result<Vec<CheckSeen>, StoreError> {
    let mut times: BTreeMap<LinkId, (Instant, Instant)> = BTreeMap::new();
    for click in clicks {
        let at = click.at();
        if let Some((first, last)) = times.get_mut(&click.link) {
            (*first, *last) = ((*first).min(at), (*last).max(at));
        } else if times.len() < LINKS {
            times.insert(click.link.clone(), (at, at));
        }
    }
    if let Some(link) = &scope.meant.link {
        let moment = scope.moment(customer);
        times.entry(link.id.clone()).or_insert((moment, moment));
    }
    let mut checks = Vec::new();
    for (link, (first, last)) in times {
        let (from, to) = (first.plus_days(-NEAR_DAYS), last.plus_days(NEAR_DAYS));
        let found = link_checks::around(conn, scope.tenant, &[link], from, to).await?;
        checks.extend(found.iter().map(|check| {
            // Pages have the names by which they are counted.
            CheckSeen { page: PageName::of(&check.host, &check.path), ..check.seen() }
        }));
    }
    checks.sort_by(|one, other| (one.at, &one.key).cmp(&(other.at, &other.key)));
    Ok(checks)
}
