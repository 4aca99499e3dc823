//! Where things lie: `{spool}/incarnation-00000042/00000001.seg`, one folder per run of a process, locked by it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The folder of one run of one process, held by a lock while this value lives.
#[derive(Debug)]
pub struct IncarnationFolder {
    /// The number of the run.
    pub incarnation: u32,
    path: PathBuf,
    _lock: File,
}

impl IncarnationFolder {
    /// Makes the folder of a new run and locks it.
    ///
    /// # Errors
    /// The operating system's; `AlreadyExists` if the number was used before.
    pub fn create(spool: &Path, incarnation: u32) -> io::Result<Self> {
        let path = spool.join(name(incarnation));
        fs::create_dir(&path)?;
        File::open(spool)?.sync_all()?;
        Self::lock(spool, incarnation)?.ok_or_else(|| io::Error::from(io::ErrorKind::AlreadyExists))
    }

    /// Locks the folder of a run that has ended; `None` while its process lives.
    ///
    /// # Errors
    /// The operating system's.
    pub fn lock(spool: &Path, incarnation: u32) -> io::Result<Option<Self>> {
        let path = spool.join(name(incarnation));
        let lock = File::options().create(true).truncate(false).write(true).open(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self { incarnation, path, _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// The file of a segment.
    pub fn segment(&self, number: u32) -> PathBuf {
        segment(&self.path, number)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The numbers of its segments, in order.
    ///
    /// # Errors
    /// The operating system's.
    pub fn segments(&self) -> io::Result<Vec<u32>> {
        segments(&self.path)
    }

    /// Removes the folder of a run whose segments are all gone.
    ///
    /// # Errors
    /// The operating system's.
    pub fn remove(self) -> io::Result<()> {
        fs::remove_file(self.path.join("lock"))?;
        fs::remove_dir(&self.path)
    }
}

/// The file of a segment within a run's folder.
pub fn segment(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:08}.seg"))
}

/// The numbers of the segments in a run's folder, in order.
///
/// # Errors
/// The operating system's.
pub fn segments(folder: &Path) -> io::Result<Vec<u32>> {
    numbers(folder, "", ".seg")
}

/// The runs that left a folder in a spool, in order.
///
/// # Errors
/// The operating system's.
pub fn incarnations(spool: &Path) -> io::Result<Vec<u32>> {
    numbers(spool, "incarnation-", "")
}

fn numbers(folder: &Path, before: &str, after: &str) -> io::Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let middle = name.to_str().and_then(|name| name.strip_prefix(before)).and_then(|name| name.strip_suffix(after));
        numbers.extend(middle.and_then(|middle| middle.parse::<u32>().ok()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The name of a run's folder.
pub fn name(incarnation: u32) -> String {
    format!("incarnation-{incarnation:08}")
}
