//! Keeps the link table current: at once after a change on this node, within a second after one on another, and by
//! a full comparison each minute in case a version was not bumped.

use super::snapshot::{self, KeyRows, Snapshot};
use super::table::{Program, Table};
use crate::app::App;
use crate::store::program::programs;
use crate::store::tracking::link_table::{self, ProgramRows};
use crate::store::{Store, StoreError};
use arc_swap::ArcSwap;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Notify};
use tokio::time::Instant;
use whence_domain::ProgramId;

/// How often versions are compared.
const FOLLOW: Duration = Duration::from_millis(500);
/// How often everything is read again.
const COMPARE: Duration = Duration::from_secs(60);
/// How long a start that has a snapshot waits for the database's word on what has changed since.
const PATIENCE: Duration = Duration::from_millis(500);

/// The link table of this node.
pub struct Links {
    table: ArcSwap<Table>,
    key_rows: KeyRows,
    spool: PathBuf,
    store: Store,
    /// One refresh at a time, so that an older read never replaces a newer one.
    refreshing: Mutex<()>,
    changed: Notify,
}

impl Links {
    /// Reads the table from the snapshot if there is one, and what has changed since from the database if that answers;
    /// without a snapshot all of it from the database.
    ///
    /// # Errors
    /// The database's, if there is no snapshot.
    pub async fn open(app: &App) -> Result<Arc<Self>, StoreError> {
        let spool = app.data_dir.spool();
        let snapshot = snapshot::read(&spool);
        let is_snapshot = snapshot.is_some();
        let programs = match snapshot {
            Some(snapshot) => snapshot.programs,
            None => load_all(&app.store).await?,
        };
        let programs = programs.into_iter().map(|rows| Arc::new(Program::new(rows)));
        let links = Arc::new(Self {
            table: ArcSwap::from_pointee(Table::new(app.xid_keys(), programs)),
            key_rows: app.xid_key_rows().to_vec(),
            spool,
            store: app.store.clone(),
            refreshing: Mutex::new(()),
            changed: Notify::new(),
        });
        // The first link after a start is served as the database has it, not as it was when the node stopped.
        if is_snapshot && tokio::time::timeout(PATIENCE, links.refresh_changed()).await.is_err() {
            tracing::warn!("links are served as they were when this node last ran: the database does not answer");
        }
        Ok(links)
    }

    /// The table as it is now.
    pub fn table(&self) -> Arc<Table> {
        self.table.load_full()
    }

    /// Reads a program again; when this returns, this node serves it as it is in the database.
    ///
    /// # Errors
    /// The database's; the table stays as it was.
    pub async fn refresh(&self, program: &ProgramId) -> Result<(), StoreError> {
        let _alone = self.refreshing.lock().await;
        let rows = link_table::load(&mut self.store.read().await?, program).await?;
        let next = self.table.load().with(program.as_str(), rows.map(Program::new));
        self.table.store(Arc::new(next));
        self.changed.notify_one();
        Ok(())
    }

    /// Reads everything again.
    ///
    /// # Errors
    /// The database's; the table stays as it was.
    pub async fn refresh_all(&self) -> Result<(), StoreError> {
        let _alone = self.refreshing.lock().await;
        let programs = load_all(&self.store).await?.into_iter().map(|rows| Arc::new(Program::new(rows)));
        let keys = Arc::clone(&self.table.load().keys);
        self.table.store(Arc::new(Table::new(keys, programs)));
        self.changed.notify_one();
        Ok(())
    }

    /// Follows changes for ever. A database that is away is waited for in silence: the drain says so.
    pub async fn follow(self: Arc<Self>) {
        let mut compared: Option<Instant> = None;
        loop {
            let outcome = if compared.is_none_or(|at| at.elapsed() > COMPARE) {
                self.refresh_all().await.map(|()| compared = Some(Instant::now()))
            } else {
                self.refresh_changed().await
            };
            if let Err(error) = outcome {
                tracing::debug!(%error, "the link table could not be compared with the database");
            }
            tokio::time::sleep(FOLLOW).await;
        }
    }

    async fn refresh_changed(&self) -> Result<(), StoreError> {
        let versions = programs::list_versions(&mut self.store.read().await?).await?;
        let table = self.table();
        let known: HashSet<&str> = versions.iter().map(|(id, _)| id.as_str()).collect();
        let gone = table.programs().filter(|program| !known.contains(program.id.as_str()));
        let stale = versions.iter().filter(|(id, version)| table.version(id.as_str()) != Some(*version));
        let work: Vec<ProgramId> =
            gone.map(|program| program.id.clone()).chain(stale.map(|(id, _)| id.clone())).collect();
        for program in work {
            self.refresh(&program).await?;
        }
        Ok(())
    }

    /// Writes the snapshot after each change, for ever; changes in quick succession share one.
    pub async fn keep_snapshot(self: Arc<Self>) {
        loop {
            self.changed.notified().await;
            if let Err(error) = self.write_snapshot().await {
                tracing::warn!(%error, "the snapshot of the links could not be written: a start without the database would serve older links");
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    /// Writes the snapshot now.
    ///
    /// # Errors
    /// The operating system's.
    pub async fn write_snapshot(&self) -> std::io::Result<()> {
        let table = self.table.load_full();
        let (spool, keys) = (self.spool.clone(), self.key_rows.clone());
        let written = tokio::task::spawn_blocking(move || {
            let programs = table.programs().map(|program| program.rows()).collect();
            snapshot::write(&spool, &Snapshot { keys, programs })
        });
        written.await.map_err(std::io::Error::other)?
    }
}

async fn load_all(store: &Store) -> Result<Vec<ProgramRows>, StoreError> {
    let mut conn = store.read().await?;
    let mut all = Vec::new();
    for (program, _) in programs::list_versions(&mut conn).await? {
        all.extend(link_table::load(&mut conn, &program).await?);
    }
    Ok(all)
}
