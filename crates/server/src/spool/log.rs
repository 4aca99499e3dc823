//! The end of the spool that is written: one thread appends what has gathered, syncs, and only then lets go who waits.
//!
//! No timer: what arrives during a sync is the next batch, so one sync serves as many clicks as arrive in its time.

use super::disk::{Disk, SegmentFile};
use super::folder;
use super::frame;
use super::record::Record;
use std::future::Future;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};

/// A segment that has grown beyond this is closed and another begun.
const SEGMENT_BYTES: u64 = 16 * 1024 * 1024;

/// With more than this waiting for a disk that does not answer, further records are refused rather than gathered.
const WAITING_BYTES: usize = 32 * 1024 * 1024;

/// A place in the log: everything before it is durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The segment's number; 0 before the first.
    pub segment: u32,
    /// Bytes into it.
    pub offset: u64,
}

/// Why a record could not be made durable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The disk refused; the text is the operating system's.
    #[error("the disk refused: {0}")]
    Disk(String),
    /// The disk does not keep up, or has stopped answering.
    #[error("the disk does not answer")]
    Stuck,
    /// The record is too large, or the spool was closed.
    #[error("the record cannot be stored")]
    Unstorable,
}

/// What the log tells after each sync.
pub trait LogEvents: Send + 'static {
    /// Everything before `position` is durable now.
    fn durable(&self, position: Position);
    /// A batch of `records` could not be stored.
    fn failed(&self, records: usize, error: &AppendError);
}

/// One batch: those who wait for the same sync.
#[derive(Debug, Default)]
struct Batch {
    outcome: OnceLock<Result<(), AppendError>>,
    waiting: Mutex<Vec<Waker>>,
}

impl Batch {
    fn finish(&self, outcome: Result<(), AppendError>) {
        let _ = self.outcome.set(outcome);
        for waker in lock(&self.waiting).drain(..) {
            waker.wake();
        }
    }
}

/// Resolves once the record is durable, or cannot be.
#[derive(Debug)]
#[must_use = "a record is durable only when this resolves to Ok"]
pub struct Append(Result<Arc<Batch>, AppendError>);

impl Future for Append {
    type Output = Result<(), AppendError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let batch = match &self.0 {
            Ok(batch) => batch,
            Err(error) => return Poll::Ready(Err(error.clone())),
        };
        if let Some(outcome) = batch.outcome.get() {
            return Poll::Ready(outcome.clone());
        }
        lock(&batch.waiting).push(cx.waker().clone());
        // The thread may have finished between the look and the push; then nobody would wake us.
        match batch.outcome.get() {
            Some(outcome) => Poll::Ready(outcome.clone()),
            None => Poll::Pending,
        }
    }
}

#[derive(Debug, Default)]
struct Gathering {
    bytes: Vec<u8>,
    records: usize,
    batch: Arc<Batch>,
    closed: bool,
}

#[derive(Debug, Default)]
struct Shared {
    gathering: Mutex<Gathering>,
    arrived: Condvar,
}

/// The writing end. Closing it (or dropping it) writes what has gathered and ends the thread.
#[derive(Debug)]
pub struct Log {
    shared: Arc<Shared>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl Log {
    /// Starts the thread that writes segments into `folder`.
    ///
    /// # Errors
    /// If the operating system gives no thread.
    pub fn start(folder: PathBuf, disk: Arc<dyn Disk>, events: impl LogEvents) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let mut writer = Writer { folder, disk, events, open: None, last_segment: 0 };
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("spool".into()).spawn(move || writer.run(&theirs))?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// Hands a record over. It is durable when the answer resolves to `Ok`, and not before.
    pub fn append(&self, record: &Record<'_>) -> Append {
        let mut gathering = lock(&self.shared.gathering);
        if gathering.closed {
            return Append(Err(AppendError::Unstorable));
        }
        if gathering.bytes.len() > WAITING_BYTES {
            return Append(Err(AppendError::Stuck));
        }
        if frame::encode(record, &mut gathering.bytes).is_err() {
            return Append(Err(AppendError::Unstorable));
        }
        gathering.records += 1;
        let append = Append(Ok(Arc::clone(&gathering.batch)));
        let first = gathering.records == 1;
        drop(gathering);
        if first {
            self.shared.arrived.notify_one();
        }
        append
    }

    /// Writes and syncs what has gathered, and ends the thread. Later records are refused.
    pub fn close(&self) {
        lock(&self.shared.gathering).closed = true;
        self.shared.arrived.notify_one();
        if let Some(thread) = lock(&self.thread).take() {
            // The thread runs code that returns errors; if it panicked all the same, nothing more can be saved here.
            let _ = thread.join();
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.close();
    }
}

struct Open {
    file: Box<dyn SegmentFile>,
    position: Position,
}

struct Writer<E> {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    events: E,
    open: Option<Open>,
    last_segment: u32,
}

impl<E: LogEvents> Writer<E> {
    fn run(&mut self, shared: &Shared) {
        let mut bytes = Vec::new();
        while let Some((batch, records)) = gather(shared, &mut bytes) {
            let outcome = self.write(&bytes).map_err(|error| AppendError::Disk(error.to_string()));
            match &outcome {
                Ok(position) => self.events.durable(*position),
                Err(error) => self.events.failed(records, error),
            }
            batch.finish(outcome.map(|_| ()));
            bytes.clear();
        }
    }

    /// Appends and syncs. After any failure the file is given up: its end is in doubt, and a sync that failed once may
    /// report success later for what it lost. The next batch begins another file, so that the spool recovers without a
    /// restart when space returns.
    fn write(&mut self, bytes: &[u8]) -> io::Result<Position> {
        let mut open = match self.open.take() {
            Some(open) if open.position.offset < SEGMENT_BYTES => open,
            _ => self.begin_segment()?,
        };
        if let Err(error) = open.file.append(bytes) {
            // A frame cut off in the middle is harmless to readers; this only saves room.
            let _ = open.file.truncate(open.position.offset);
            return Err(error);
        }
        open.file.sync()?;
        open.position.offset += bytes.len() as u64;
        let position = open.position;
        self.open = Some(open);
        Ok(position)
    }

    fn begin_segment(&mut self) -> io::Result<Open> {
        // A number is tried once: the file of one that failed may or may not exist.
        self.last_segment += 1;
        let mut file = self.disk.create(&folder::segment(&self.folder, self.last_segment))?;
        file.append(frame::HEADER)?;
        Ok(Open { file, position: Position { segment: self.last_segment, offset: frame::HEADER.len() as u64 } })
    }
}

/// Waits until something has gathered and takes it all; `None` when the log is closed and empty.
fn gather(shared: &Shared, bytes: &mut Vec<u8>) -> Option<(Arc<Batch>, usize)> {
    let mut gathering = lock(&shared.gathering);
    while gathering.records == 0 {
        if gathering.closed {
            return None;
        }
        gathering = shared.arrived.wait(gathering).unwrap_or_else(PoisonError::into_inner);
    }
    std::mem::swap(bytes, &mut gathering.bytes);
    let records = std::mem::take(&mut gathering.records);
    Some((std::mem::take(&mut gathering.batch), records))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spool::reader::{self, Limit};
    use crate::spool::record::Miss;
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use std::time::Duration;
    use whence_domain::Instant;
    use whence_domain::tracking::Outcome;

    /// A disk in which a test holds every sync back, counts them, and makes calls fail.
    #[derive(Default)]
    struct TestDisk {
        held: Arc<(Mutex<bool>, Condvar)>,
        syncs: Arc<AtomicUsize>,
        full: Arc<AtomicBool>,
        sync_fails: Arc<AtomicBool>,
    }

    struct TestFile {
        inner: Box<dyn SegmentFile>,
        disk: Arc<TestDisk>,
    }

    struct Shareable(Arc<TestDisk>);

    impl Disk for Shareable {
        fn create(&self, path: &Path) -> io::Result<Box<dyn SegmentFile>> {
            let inner = crate::spool::RealDisk.create(path)?;
            Ok(Box::new(TestFile { inner, disk: Arc::clone(&self.0) }))
        }
    }

    impl SegmentFile for TestFile {
        fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
            if self.disk.full.load(Ordering::SeqCst) {
                // A full disk takes part of what it is given.
                self.inner.append(&bytes[..bytes.len() / 2])?;
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.inner.append(bytes)
        }

        fn sync(&mut self) -> io::Result<()> {
            let (held, changed) = &*self.disk.held;
            let mut held = lock(held);
            while *held {
                held = changed.wait(held).expect("no test panics while it holds the disk");
            }
            if self.disk.sync_fails.load(Ordering::SeqCst) {
                return Err(io::Error::other("the sync failed"));
            }
            self.inner.sync()?;
            self.disk.syncs.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }

        fn truncate(&mut self, length: u64) -> io::Result<()> {
            self.inner.truncate(length)
        }
    }

    impl TestDisk {
        fn hold(&self, hold: bool) {
            *lock(&self.held.0) = hold;
            self.held.1.notify_all();
        }
    }

    struct Ignore;

    impl LogEvents for Ignore {
        fn durable(&self, _: Position) {}
        fn failed(&self, _: usize, _: &AppendError) {}
    }

    fn miss(path: &str) -> Record<'_> {
        Record::Miss(Miss {
            at: Instant::from_millis(5),
            program: None,
            mode: None,
            host: "go.shop.test",
            path,
            link: None,
            outcome: Outcome::Unknown,
            reason: "no_such_link",
            referrer_host: None,
        })
    }

    struct Bench {
        folder: tempfile::TempDir,
        disk: Arc<TestDisk>,
        log: Log,
    }

    fn bench() -> Bench {
        let folder = tempfile::tempdir().expect("a folder");
        let disk = Arc::new(TestDisk::default());
        let log =
            Log::start(folder.path().to_owned(), Arc::new(Shareable(Arc::clone(&disk))), Ignore).expect("a thread");
        Bench { folder, disk, log }
    }

    impl Bench {
        fn paths(&self) -> Vec<String> {
            let (mut paths, mut from) = (Vec::new(), Position::default());
            loop {
                let piece = reader::read(self.folder.path(), from, Limit::Whole, 100).expect("readable");
                if piece.entries.is_empty() {
                    return paths;
                }
                from = piece.end;
                for entry in piece.entries {
                    let reader::Entry::Record { payload, .. } = entry else { panic!("damage: {entry:?}") };
                    let Ok(Record::Miss(miss)) = postcard::from_bytes(&payload) else { panic!("no miss") };
                    paths.push(miss.path.to_owned());
                }
            }
        }
    }

    /// Whether a future is ready after others had ample time to make it so.
    async fn is_ready(append: &mut Append) -> bool {
        tokio::time::timeout(Duration::from_millis(50), append).await.is_ok()
    }

    #[tokio::test]
    async fn nobody_is_answered_before_the_sync_that_covers_them() {
        let bench = bench();
        bench.disk.hold(true);
        let mut first = bench.log.append(&miss("/1"));
        assert!(!is_ready(&mut first).await);
        // These arrive during the first sync and share the second.
        let mut later: Vec<Append> = (2..50).map(|_| bench.log.append(&miss("/2"))).collect();
        assert!(!is_ready(&mut later[0]).await);
        assert_eq!(bench.disk.syncs.load(Ordering::SeqCst), 0);
        bench.disk.hold(false);
        assert_eq!(first.await, Ok(()));
        for append in later {
            assert_eq!(append.await, Ok(()));
        }
        assert_eq!(bench.disk.syncs.load(Ordering::SeqCst), 2);
        assert_eq!(bench.paths().len(), 49);
    }

    #[tokio::test]
    async fn a_full_disk_refuses_and_recovers_without_a_restart() {
        let bench = bench();
        assert_eq!(bench.log.append(&miss("/before")).await, Ok(()));
        bench.disk.full.store(true, Ordering::SeqCst);
        assert!(matches!(bench.log.append(&miss("/lost")).await, Err(AppendError::Disk(_))));
        bench.disk.full.store(false, Ordering::SeqCst);
        assert_eq!(bench.log.append(&miss("/after")).await, Ok(()));
        assert_eq!(bench.paths(), ["/before", "/after"]);
    }

    #[tokio::test]
    async fn after_a_failed_sync_nothing_is_acknowledged_on_that_file() {
        let bench = bench();
        assert_eq!(bench.log.append(&miss("/before")).await, Ok(()));
        bench.disk.sync_fails.store(true, Ordering::SeqCst);
        assert!(matches!(bench.log.append(&miss("/doubtful")).await, Err(AppendError::Disk(_))));
        bench.disk.sync_fails.store(false, Ordering::SeqCst);
        assert_eq!(bench.log.append(&miss("/after")).await, Ok(()));
        let segments = crate::spool::folder::segments(bench.folder.path()).expect("readable");
        assert_eq!(segments, [1, 2]);
    }

    #[tokio::test]
    async fn closing_stores_what_has_gathered_and_refuses_the_rest() {
        let bench = bench();
        let append = bench.log.append(&miss("/last"));
        bench.log.close();
        assert_eq!(append.await, Ok(()));
        assert_eq!(bench.log.append(&miss("/late")).await, Err(AppendError::Unstorable));
        assert_eq!(bench.paths(), ["/last"]);
    }
}
