//! Begins the spool of a process: numbers from the database if it is there, from the folder if it is not.

use super::{Disk, Leases, OpenError, Spool};
use crate::app::App;
use crate::clock;
use crate::store::tracking::spool as places;
use crate::store::{Priority, StoreError};
use std::sync::Arc;
use std::time::Duration;

/// How long a start waits for a database that does not answer, when it has numbers left.
const PATIENCE: Duration = Duration::from_millis(200);

/// Opens the spool in the app's data folder, leasing incarnation numbers if they run low.
///
/// # Errors
/// If the folder cannot be used, or no number is left and the database is away.
pub async fn start(app: &App, disk: Arc<dyn Disk>) -> anyhow::Result<Spool> {
    let root = app.data_dir.spool();
    std::fs::create_dir_all(&root)?;
    let leases = Arc::new(Leases::open(&root, || clock::random_text(16))?);
    if leases.left() == 0 {
        lease(app, &leases).await?;
    } else if leases.left() < super::lease::RENEW_BELOW {
        match tokio::time::timeout(PATIENCE, lease(app, &leases)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "no further incarnation numbers could be leased"),
            Err(_) => tracing::warn!("no further incarnation numbers could be leased: the database does not answer"),
        }
    }
    Ok(Spool::open(&root, leases, disk)?)
}

/// Leases a block from the database and notes it beside the spool.
///
/// The block is drawn, not counted: a database restored from a backup does not know the last leases, and a number that
/// a lost node used must not be given out again while its disk may still be adopted.
async fn lease(app: &App, leases: &Leases) -> Result<(), LeaseError> {
    for _ in 0..32 {
        let block = u32::from(u16::from_be_bytes(clock::random()));
        let input = (block, leases.node(), app.now());
        let leased: Result<bool, StoreError> = app
            .store
            .write(Priority::Money, input, |conn, (block, node, now)| {
                Box::pin(places::lease_block(conn, *block, node, *now))
            })
            .await;
        if leased? {
            leases.add(block)?;
            return Ok(());
        }
    }
    Err(LeaseError::NoneFree)
}

#[derive(Debug, thiserror::Error)]
enum LeaseError {
    #[error("incarnation numbers are needed from the database, which does not give them: {0}")]
    Store(#[from] StoreError),
    #[error("the spool folder cannot be written: {0}")]
    Disk(#[from] std::io::Error),
    #[error("nearly all incarnation numbers are leased: start again")]
    NoneFree,
}

impl From<LeaseError> for OpenError {
    fn from(error: LeaseError) -> Self {
        match error {
            LeaseError::Disk(error) => Self::Disk(error),
            _ => Self::NoNumber,
        }
    }
}
