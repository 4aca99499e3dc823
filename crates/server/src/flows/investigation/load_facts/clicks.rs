//! Clicks that may have been the customer's: those on the asked link or partner's links before the sign-up, those that came
//! with the sign-up, and those that another click's own request still carried.

use super::Scope;
use crate::app::App;
use crate::flows::investigation::period::longest_window;
use crate::store::investigation::seen_clicks::{self, Click, Whose};
use crate::store::{Conn, StoreError};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use whence_domain::Period;
use whence_domain::investigation::facts::{ClickSeen, CustomerFacts, Facts};
use whence_domain::tracking::TouchId;
use whence_domain::tracking::xid::KeyRing;

/// So many days before the longest window are looked at too, so that an expired click is seen.
const BEYOND_DAYS: i64 = 90;
/// Clicks are counted up to here; more say no more.
const COUNTED: i64 = 2_000;
/// Clicks that came with the customer are few; more are somebody's mistake.
const CAME_ALONG: usize = 40;

/// Loads them, latest first, with how many there are.
pub(super) async fn load(
    conn: &mut Conn,
    app: &App,
    scope: &Scope<'_>,
    customer: Option<&CustomerFacts>,
) -> Result<(Vec<ClickSeen>, u64), StoreError> {
    let keys = app.xid_keys();
    let whose = match (&scope.meant.link, scope.asking()) {
        (Some(link), _) => Whose::Link(&link.id),
        (None, Some(partner)) => Whose::Partner(&partner.id),
        (None, None) => Whose::Anyone,
    };
    let period = considered(scope, customer);
    let most = i64::try_from(Facts::MOST_CLICKS).unwrap_or(i64::MAX);
    let id = customer.map(|customer| &customer.id);
    let mut clicks = seen_clicks::list(conn, scope.tenant, whose, id, period, most).await?;
    let count = if clicks.len() < Facts::MOST_CLICKS {
        i64::try_from(clicks.len()).unwrap_or(i64::MAX)
    } else {
        seen_clicks::count(conn, scope.tenant, whose, period, COUNTED).await?
    };
    let mut known: BTreeSet<TouchId> = clicks.iter().map(|click| click.id).collect();
    for touch in came_along(customer) {
        if known.insert(touch) {
            clicks.extend(seen_clicks::find(conn, scope.tenant, touch, id).await?);
        }
    }
    clicks.sort_by_key(|click| Reverse(click.id));
    let came: BTreeSet<TouchId> = came_along(customer).into_iter().collect();
    let mut room = Facts::MOST_CLICKS.saturating_sub(came.len());
    clicks.retain(|click| {
        let stays = came.contains(&click.id) || room > 0;
        room -= usize::from(stays && !came.contains(&click.id));
        stays
    });
    let seen = clicks.into_iter().map(|click| seen(click, &keys)).collect();
    Ok((seen, u64::try_from(count).unwrap_or(0)))
}

/// From so long before the sign-up that an expired click is seen, up to the end of the period.
fn considered(scope: &Scope<'_>, customer: Option<&CustomerFacts>) -> Period {
    let moment = scope.moment(customer);
    let start = moment.plus_days(-(longest_window(scope.policies) + BEYOND_DAYS)).min(scope.period.start);
    let end = match customer {
        // A click that came after the sign-up is part of the story; the period says how far.
        Some(customer) => scope.period.end.max(customer.signed_up_at).min(scope.now),
        None => scope.period.end.min(scope.now),
    };
    Period { start, end: end.max(moment) }
}

fn came_along(customer: Option<&CustomerFacts>) -> Vec<TouchId> {
    let ids: BTreeSet<TouchId> = customer.iter().flat_map(|customer| &customer.touches).map(|touch| touch.id).collect();
    ids.into_iter().rev().take(CAME_ALONG).collect()
}

fn seen(click: Click, keys: &KeyRing) -> ClickSeen {
    ClickSeen {
        earlier: click.earlier.iter().filter_map(|xid| keys.verify(xid).ok()).map(|fields| fields.key.into()).collect(),
        id: click.id,
        xid: click.xid,
        link: click.link,
        partner: click.partner,
        outcome: click.outcome,
        agent: click.agent,
        in_app: click.in_app,
        gpc: click.gpc,
        referrer_host: click.referrer_host,
        dest: click.dest,
        brought_by_others: click.brought_by_others,
    }
}
