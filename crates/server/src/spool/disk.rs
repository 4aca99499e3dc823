//! The few calls by which the spool touches the disk, so that tests can count syncs and make them fail.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Makes segment files.
pub trait Disk: Send + Sync {
    /// Makes a new, empty file that must not exist yet, durably: after this returns, a crash does not lose its name.
    ///
    /// # Errors
    /// The operating system's.
    fn create(&self, path: &Path) -> io::Result<Box<dyn SegmentFile>>;
}

/// An open segment. Only its end is written.
pub trait SegmentFile: Send {
    /// Appends.
    ///
    /// # Errors
    /// The operating system's; part of the bytes may have been written.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Makes everything appended so far durable. After an error nothing may be acknowledged on this file any more, since
    /// a later sync may report success for what was lost (`reliability.md` P4).
    ///
    /// # Errors
    /// The operating system's.
    fn sync(&mut self) -> io::Result<()>;

    /// Cuts off what a failed append left.
    ///
    /// # Errors
    /// The operating system's.
    fn truncate(&mut self, length: u64) -> io::Result<()>;
}

/// The machine's disk.
#[derive(Debug, Default)]
pub struct RealDisk;

struct RealFile(File);

impl Disk for RealDisk {
    fn create(&self, path: &Path) -> io::Result<Box<dyn SegmentFile>> {
        let file = OpenOptions::new().append(true).create_new(true).open(path)?;
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(Box::new(RealFile(file)))
    }
}

impl SegmentFile for RealFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }
}

/// Replaces a small file as a whole: readers see the old one or the new one, also after a crash.
///
/// # Errors
/// The operating system's; the old file stands then.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}
