//! The database stopped in the middle of the load: no click and no redirect may suffer.

use std::{thread, time::Duration};

use anyhow::ensure;

use super::{ledger, load};
use crate::{postgres::Postgres, server::Server};

/// Stops PostgreSQL for `outage` while visitors click, kills and restarts the server halfway through, and brings the
/// database back; then every acknowledged click must be there once.
pub fn prove(server: &mut Server, postgres: &mut Postgres, outage: Duration) -> anyhow::Result<String> {
    let (mut clicks, ()) = load::while_running(server, |_| thread::sleep(Duration::from_millis(500)));
    let before = clicks.acknowledged.len();
    postgres.stop();
    let half = outage / 2;
    let (seen, ()) = load::while_running(server, |_| thread::sleep(half));
    ensure!(seen.unanswered == 0, "{} redirects were not answered while the database was stopped", seen.unanswered);
    clicks.add(seen);
    // The links come from the snapshot now, not from the database.
    server.kill();
    let restart = server.start()?;
    let (seen, ()) = load::while_running(server, |_| thread::sleep(half));
    clicks.add(seen);
    let during = clicks.acknowledged.len() - before;
    let (seen, back) = load::while_running(server, |_| {
        let back = postgres.resume();
        thread::sleep(Duration::from_millis(500));
        back
    });
    back?;
    clicks.add(seen);
    let figures = ledger::balance(server, &clicks)?;
    Ok(format!(
        "database stopped {} s: {during} clicks acknowledged meanwhile; {figures}, start without database {} ms",
        outage.as_secs(),
        restart.as_millis()
    ))
}
