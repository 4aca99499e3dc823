//! Page views: those of the clicks, and those near the sign-up that came without a click.

use super::Scope;
use crate::store::investigation::seen_visits;
use crate::store::{Conn, StoreError};
use whence_domain::Period;
use whence_domain::investigation::facts::{ClickSeen, CustomerFacts, LandingSeen};

/// Page views of one click that are read.
const OF_CLICK: i64 = 6;
/// Page views without a click that are read, and among how many.
const WITHOUT_CLICK: i64 = 200;
const AMONG: i64 = 1_000;
/// The page of the sign-up may tell of itself a little later than the sign-up.
const SOON_MICROS: i64 = 60_000_000;

/// Loads them, in order of time.
pub(super) async fn load(
    conn: &mut Conn,
    scope: &Scope<'_>,
    customer: Option<&CustomerFacts>,
    clicks: &[ClickSeen],
) -> Result<Vec<LandingSeen>, StoreError> {
    let mut landings = Vec::new();
    for click in clicks {
        landings.extend(seen_visits::list_of_click(conn, scope.tenant, click.id, OF_CLICK).await?);
    }
    // Each word of the sign-up has its own day before it: the page's, and the one that counts.
    let mut moments = vec![scope.moment(customer)];
    if let Some(told) = customer.and_then(|customer| customer.sign_ups.iter().find(|sign_up| sign_up.page.is_some())) {
        moments.push(told.at);
    }
    moments.dedup();
    for moment in moments {
        let period = Period { start: moment.plus_days(-1), end: moment.plus_micros(SOON_MICROS) };
        landings.extend(seen_visits::list_without_click(conn, scope.tenant, period, AMONG, WITHOUT_CLICK).await?);
    }
    landings.sort_by(|one, other| (one.at, &one.key).cmp(&(other.at, &other.key)));
    landings.dedup_by(|one, other| one.key == other.key);
    Ok(landings)
}
