//! What arrived in the program's other mode: the same person, or the same site.

use super::Scope;
use super::customer::Identified;
use crate::flows::investigation::investigate::Asked;
use crate::store::investigation::{seen_visits, surroundings};
use crate::store::{Conn, StoreError};
use whence_domain::investigation::facts::{ElsewhereSeen, ElsewhereWhat};
use whence_domain::tracking::cookie::same_site;
use whence_domain::{Mode, Period, Tenant};

/// Words of the same person that are read.
const WORDS: i64 = 5;
/// Page views that are looked at.
const VIEWS: i64 = 200;

/// Loads it.
pub(super) async fn load(
    conn: &mut Conn,
    scope: &Scope<'_>,
    asked: &Asked,
    known: Option<&Identified>,
) -> Result<Vec<ElsewhereSeen>, StoreError> {
    let mode = if scope.tenant.mode == Mode::Live { Mode::Test } else { Mode::Live };
    let other = Tenant::new(scope.tenant.program.clone(), mode);
    let mut seen = Vec::new();
    let identity = known.map(|known| &known.identity);
    let email = asked.email.as_ref().or(identity.and_then(|identity| identity.email.as_ref())).map(ToString::to_string);
    let key = identity.and_then(|identity| identity.customer_key.as_ref()).map(ToString::to_string);
    let key = asked.customer_key.clone().or(key);
    if email.is_some() || key.is_some() {
        let words = surroundings::list_words_of_person(conn, &other, email.as_deref(), key.as_deref(), WORDS).await?;
        if let Some((claim, at)) = words.first() {
            let count = u64::try_from(words.len()).unwrap_or(0);
            seen.push(ElsewhereSeen { key: claim.to_string(), what: ElsewhereWhat::SamePerson, at: *at, count });
        }
    }
    let period = Period { end: scope.period.end.min(scope.now), ..scope.period };
    let views = seen_visits::list_latest_hosts(conn, &other, period, VIEWS).await?;
    let of_site = |host: &String| same_site(host, &scope.program.site_domain);
    let of_site: Vec<_> = views.into_iter().filter(|view| view.host.as_ref().is_some_and(of_site)).collect();
    if let Some(latest) = of_site.first() {
        let count = u64::try_from(of_site.len()).unwrap_or(0);
        seen.push(ElsewhereSeen { key: latest.key.clone(), what: ElsewhereWhat::SameSite, at: latest.at, count });
    }
    Ok(seen)
}
