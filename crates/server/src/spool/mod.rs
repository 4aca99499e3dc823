//! The spool: clicks and page views on local disk, durable before they are answered, and drained into the database in
//! batches, exactly once. So a stopped database costs no click and no redirect (`product.md` 4 "Click path").
//!
//! [`Spool`] is one run of one process: its incarnation's locked folder, its log, its issuer of click keys. [`drain`]
//! moves what is durable into the database, for this run and for those that ended before it.

pub mod adopt;
pub mod disk;
pub mod drain;
pub mod folder;
pub mod frame;
pub mod issuer;
pub mod lease;
pub mod log;
mod pages;
pub mod reader;
pub mod record;
mod rows;
pub mod start;

pub use disk::{Disk, RealDisk};
pub use lease::Leases;
pub use log::{Append, AppendError, Position};
pub use record::{Click, Miss, Record, Visit};
pub use start::start;

use folder::IncarnationFolder;
use issuer::Issuer;
use log::{Log, LogEvents};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use whence_domain::tracking::ClickKey;

/// How long a read waits for the drain before it answers with what is there.
const BARRIER: Duration = Duration::from_secs(5);
/// The same while the database is away, when there is little to wait for.
const BARRIER_IN_TROUBLE: Duration = Duration::from_millis(500);

/// The spool of this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Spool(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    root: PathBuf,
    folder: IncarnationFolder,
    leases: Arc<Leases>,
    issuer: Issuer,
    log: Log,
    progress: Arc<Progress>,
}

/// How far the log and the drain are, and how well.
#[derive(Debug)]
struct Progress {
    durable: watch::Sender<Position>,
    drained: watch::Sender<Position>,
    /// Somebody has begun to wait for the drain.
    hurry: Notify,
    /// How many wait for it.
    waiting: AtomicUsize,
    /// The drain's last attempt failed.
    drain_in_trouble: AtomicBool,
    unrecorded: AtomicU64,
    failure: Mutex<Option<String>>,
}

/// How the spool is doing, for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Why the last write failed, until one succeeds again.
    pub failure: Option<String>,
    /// Records of this run that could not be stored.
    pub unrecorded: u64,
    /// What is durable.
    pub durable: Position,
    /// What is in the database.
    pub drained: Position,
}

/// Why a spool could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The disk.
    #[error("the spool folder cannot be used: {0}")]
    Disk(#[from] io::Error),
    /// No incarnation number is left, and none can be had.
    #[error("this node has no incarnation number left: it needs the database once before it can record clicks")]
    NoNumber,
}

impl Spool {
    /// Begins a run: takes the next incarnation number, makes its folder, starts its log.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(root: &Path, leases: Arc<Leases>, disk: Arc<dyn Disk>) -> Result<Self, OpenError> {
        let folder = loop {
            let number = leases.take()?.ok_or(OpenError::NoNumber)?;
            match IncarnationFolder::create(root, number) {
                // The number was used by somebody who lost the lease file: take another.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                made => break made?,
            }
        };
        let progress = Arc::new(Progress {
            durable: watch::Sender::new(Position::default()),
            drained: watch::Sender::new(Position::default()),
            hurry: Notify::new(),
            waiting: AtomicUsize::new(0),
            drain_in_trouble: AtomicBool::new(false),
            unrecorded: AtomicU64::new(0),
            failure: Mutex::new(None),
        });
        let log = Log::start(folder.path().to_owned(), disk, Arc::clone(&progress))?;
        let issuer = Issuer::new(Arc::clone(&leases), folder.incarnation);
        Ok(Self(Arc::new(Parts { root: root.to_owned(), folder, leases, issuer, log, progress })))
    }

    /// The key of a click made at this moment (milliseconds since 1970).
    pub fn issue(&self, now_millis: i64) -> ClickKey {
        self.0.issuer.issue(now_millis)
    }

    /// Hands a record over; it is durable once the answer resolves to `Ok`.
    pub fn append(&self, record: &Record<'_>) -> Append {
        self.0.log.append(record)
    }

    /// Waits until everything acknowledged so far is in the database, so that a read on this node sees it. False if that
    /// took too long: the database is away or far behind, and the read shows what is there.
    pub async fn drain_barrier(&self) -> bool {
        let wanted = *self.0.progress.durable.borrow();
        let mut drained = self.0.progress.drained.subscribe();
        if *drained.borrow() >= wanted {
            return true;
        }
        let _waiting = Waiting::new(&self.0.progress);
        let patience =
            if self.0.progress.drain_in_trouble.load(Ordering::Relaxed) { BARRIER_IN_TROUBLE } else { BARRIER };
        let reached = drained.wait_for(|drained| *drained >= wanted);
        tokio::time::timeout(patience, reached).await.is_ok_and(|reached| reached.is_ok())
    }

    /// How it is doing.
    pub fn health(&self) -> Health {
        let progress = &self.0.progress;
        Health {
            failure: progress.failure.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            unrecorded: progress.unrecorded.load(Ordering::Relaxed),
            durable: *progress.durable.borrow(),
            drained: *progress.drained.borrow(),
        }
    }

    /// The number of this run.
    pub fn incarnation(&self) -> u32 {
        self.0.folder.incarnation
    }

    /// The folder that holds all runs.
    pub fn root(&self) -> &Path {
        &self.0.root
    }

    /// The incarnation numbers of this node.
    pub fn leases(&self) -> &Arc<Leases> {
        &self.0.leases
    }

    /// Makes durable what has gathered and refuses what comes later. Call it after the last request was answered and
    /// before the last drain, which does not take its time any more.
    pub fn close(&self) {
        self.0.progress.waiting.fetch_add(1, Ordering::Relaxed);
        self.0.log.close();
    }
}

/// Counts somebody who waits for the drain, also if they are dropped while they wait.
struct Waiting<'a>(&'a Progress);

impl<'a> Waiting<'a> {
    fn new(progress: &'a Progress) -> Self {
        progress.waiting.fetch_add(1, Ordering::Relaxed);
        progress.hurry.notify_one();
        Self(progress)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Progress {
    /// Where nobody waits, the drain rests as long as it has just worked: redirects need the same cores.
    async fn rest(&self, worked: Duration) {
        if self.waiting.load(Ordering::Relaxed) == 0 {
            tokio::select! {
                () = tokio::time::sleep(worked) => {}
                () = self.hurry.notified() => {}
            }
        }
    }
}

impl LogEvents for Arc<Progress> {
    fn durable(&self, position: Position) {
        self.durable.send_replace(position);
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        if failure.take().is_some() {
            tracing::info!("the spool can be written again");
        }
    }

    fn failed(&self, records: usize, error: &AppendError) {
        self.unrecorded.fetch_add(records as u64, Ordering::Relaxed);
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        // Once per trouble, not once per batch: a full disk must not be filled further by its own log.
        if failure.replace(error.to_string()).is_none() {
            tracing::error!(%error, "clicks are redirected but NOT RECORDED: free space on, or repair, the disk of the data folder");
        }
    }
}
