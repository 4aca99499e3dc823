//! Test mode begins anew: what a program has gathered there goes, in small units, and nothing real is touched.
//!
//! Settings stay: partners, links, offers, keys. Numbers of links are never given out twice, and a link that somebody has
//! put on a page goes on working. See docs/decisions/0010-removing-test-data.md.

use crate::app::App;
use crate::flows::Change;
use crate::store::audit::{self, Actor, Entry};
use crate::store::program::test_data::{self, Counts, Kind};
use crate::store::{Priority, StoreError};
use serde_json::json;
use std::time::Duration;
use whence_domain::{Mode, ProgramId};

/// How many rows one unit takes away: well under the 20 ms that a unit may take.
const MOST: i64 = 100;
/// How long a caller waits. What is left then is taken away by the next call.
const PATIENCE: Duration = Duration::from_secs(8);

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// How many rows went.
    pub rows: u64,
    /// Whether nothing is left.
    pub whole: bool,
}

/// How much there is to remove.
///
/// # Errors
/// The database's.
pub async fn preview(app: &App, program: &ProgramId) -> Result<Counts, StoreError> {
    app.drain_barrier().await;
    test_data::count(&mut app.store.read().await?, program).await
}

/// Removes everything that the program's test mode gathered, kind by kind, in units of at most a hundred rows. Again is
/// harmless; a call that was cut short is gone on with by the next.
///
/// # Errors
/// The database's; what was removed before stays removed.
pub async fn remove_test_data(app: &App, program: &ProgramId, actor: Actor) -> Result<Removed, StoreError> {
    let before = preview(app, program).await?;
    note(app, program, actor, before).await?;
    let began = tokio::time::Instant::now();
    let mut removed = Removed { rows: 0, whole: true };
    for kind in Kind::ALL {
        loop {
            if began.elapsed() > PATIENCE {
                return Ok(Removed { whole: false, ..removed });
            }
            let input = (program.clone(), kind);
            let rows = app.store.write(Priority::Bulk, input, |conn, (program, kind)| {
                Box::pin(test_data::delete(conn, program, *kind, MOST))
            });
            match rows.await? {
                0 => break,
                rows => removed.rows += rows,
            }
        }
    }
    Ok(removed)
}

/// Who removed it is told by the audit log, which keeps the counts.
async fn note(app: &App, program: &ProgramId, actor: Actor, before: Counts) -> Result<(), StoreError> {
    let input = (program.clone(), Change::by(app, actor), before);
    app.store
        .write(Priority::Bulk, input, |conn, (program, change, before)| {
            Box::pin(async move {
                let entry = Entry {
                    id: change.audit.clone(),
                    program,
                    mode: Some(Mode::Test),
                    actor: &change.actor,
                    action: "test_data.removed",
                    subject_kind: "program",
                    subject_id: program.as_str(),
                    detail: json!({
                        "customers": before.customers, "transactions": before.transactions, "clicks": before.clicks,
                        "visits": before.visits, "events": before.events,
                    }),
                    at: change.at,
                };
                audit::insert(conn, &entry).await
            })
        })
        .await
}
