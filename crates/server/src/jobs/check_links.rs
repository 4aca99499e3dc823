//! Where links lead is looked at when they are made, and daily: a verdict about March needs a look of March.
//!
//! Politely: one page at a time, with a rest in between, each destination once a day however many links lead there. What is
//! due follows from what is stored, so a restart neither forgets nor repeats.

use crate::app::App;
use crate::flows::investigation::check_link::{CheckLinkError, Look, What, check_link, share};
use crate::store::StoreError;
use crate::store::investigation::link_checks::{self, DueLink, Why};
use std::collections::BTreeMap;
use std::time::Duration;
use whence_domain::investigation::link_check::{REST_HOURS, due_at};
use whence_domain::{Instant, LinkId, Tenant};

/// How often it looks what is due.
const EVERY: Duration = Duration::from_secs(300);
/// A link that was just made waits this long, so that several with one destination share a look.
const GATHER: Duration = Duration::from_secs(1);
/// The rest after each page.
const REST: Duration = Duration::from_secs(1);
/// Links that are read at a time.
const AT_A_TIME: i64 = 500;

/// Looks again and again.
pub async fn run(app: App) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = app.new_destination() => tokio::time::sleep(GATHER).await,
        }
        if let Err(error) = round(&app, REST).await {
            tracing::warn!(%error, "not every destination could be looked at; the next round goes on");
        }
    }
}

/// Looks at everything that is due, and answers at how many pages.
///
/// # Errors
/// The database's.
pub async fn round(app: &App, rest: Duration) -> Result<usize, StoreError> {
    let mut looked = 0;
    let mut after: Option<LinkId> = None;
    loop {
        let now = app.now();
        let since = Instant::from_micros(now.micros() - REST_HOURS * 3_600_000_000);
        let due = link_checks::due(&mut app.store.read().await?, since, after.as_ref(), AT_A_TIME).await?;
        let Some(last) = due.last() else { return Ok(looked) };
        after = Some(last.link.clone());
        for ((tenant, _), links) in by_destination(due, now) {
            looked += usize::from(look(app, &tenant, &links, since, rest).await?);
        }
    }
}

/// The links whose time has come, by where they lead.
fn by_destination(due: Vec<DueLink>, now: Instant) -> BTreeMap<(Tenant, String), Vec<DueLink>> {
    let mut groups: BTreeMap<(Tenant, String), Vec<DueLink>> = BTreeMap::new();
    for link in due {
        if link.last_at.is_none_or(|last| due_at(&link.dest, last) <= now) {
            groups.entry((link.tenant.clone(), link.dest.clone())).or_default().push(link);
        }
    }
    groups
}

/// Looks at one destination through the first of its links and lets the others share what was found; whether anything was
/// fetched.
async fn look(
    app: &App,
    tenant: &Tenant,
    links: &[DueLink],
    since: Instant,
    rest: Duration,
) -> Result<bool, StoreError> {
    let Some((first, others)) = links.split_first() else { return Ok(false) };
    let why = |link: &DueLink| if link.last_at.is_some() { Why::Daily } else { Why::Made };
    let mut fetched = false;
    let mut found = recent(app, tenant, &first.dest, since).await?;
    if let Some(found) = &found {
        share(app, tenant, found, &first.link, why(first)).await?;
    } else {
        let look = Look { what: What::Link(first.link.clone()), browser: false, why: why(first) };
        match check_link(app, tenant, look).await {
            Ok(check) => found = Some(check),
            Err(CheckLinkError::Store(error)) => return Err(error),
            // The link went away meanwhile, or leads to an address that nobody can write.
            Err(error) => tracing::debug!(%error, link = %first.link, "a destination could not be looked at"),
        }
        fetched = true;
        tokio::time::sleep(rest).await;
    }
    if let Some(found) = &found {
        for link in others {
            share(app, tenant, found, &link.link, why(link)).await?;
        }
    }
    Ok(fetched)
}

async fn recent(
    app: &App,
    tenant: &Tenant,
    dest: &str,
    since: Instant,
) -> Result<Option<link_checks::LinkCheck>, StoreError> {
    let Ok(url) = url::Url::parse(dest) else { return Ok(None) };
    let page = (url.host_str().unwrap_or_default(), url.path(), dest);
    link_checks::newest_of_dest(&mut app.store.read().await?, tenant, page, since).await
}
