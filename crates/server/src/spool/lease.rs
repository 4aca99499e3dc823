//! Which incarnation numbers this node may use: blocks leased from the database, kept beside the spool so that a node
//! starts while the database is down.
//!
//! A number is used once. It is struck from the file before it is used; and a copy of the folder (a restored backup, a
//! cloned disk) must not go on with the numbers of its original, so the file names the folder it was written for.

use super::disk;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// Numbers leased at a time.
pub const BLOCK: u32 = 256;

/// With fewer numbers than this left, another block is leased in good time.
pub const RENEW_BELOW: u32 = 64;

/// What the file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Lease {
    /// The node's name: drawn once, it says in the database who leased what.
    node: String,
    /// Which folder the numbers were leased for.
    folder: String,
    /// Numbers not used yet: half-open ranges.
    free: Vec<(u32, u32)>,
}

/// The numbers that this node may still use.
#[derive(Debug)]
pub struct Leases {
    path: PathBuf,
    lease: Mutex<Lease>,
}

impl Leases {
    /// Reads the file of a spool folder. A missing or unreadable one, or one that was copied from elsewhere, leaves no
    /// numbers: a fresh block must be leased.
    ///
    /// # Errors
    /// The operating system's.
    pub fn open(folder: &Path, fresh_node: impl FnOnce() -> String) -> io::Result<Self> {
        let path = folder.join("lease.json");
        let here = identity(folder)?;
        let lease = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice::<Lease>(&bytes).ok().filter(|lease| lease.folder == here),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let lease = lease.unwrap_or_else(|| Lease { node: fresh_node(), folder: here, free: Vec::new() });
        Ok(Self { path, lease: Mutex::new(lease) })
    }

    /// The node's name.
    pub fn node(&self) -> String {
        self.lock().node.clone()
    }

    /// How many numbers are left.
    pub fn left(&self) -> u32 {
        self.lock().free.iter().map(|(from, to)| to - from).sum()
    }

    /// Adds a block that the database leased to this node.
    ///
    /// # Errors
    /// The operating system's; the block is not used then.
    pub fn add(&self, block: u32) -> io::Result<()> {
        let mut lease = self.lock();
        let mut next = lease.clone();
        next.free.push((block * BLOCK, (block + 1) * BLOCK));
        self.store(&next)?;
        *lease = next;
        Ok(())
    }

    /// Takes the next number; `None` if a block must be leased first.
    ///
    /// # Errors
    /// The operating system's; no number is taken then.
    pub fn take(&self) -> io::Result<Option<u32>> {
        let mut lease = self.lock();
        let mut next = lease.clone();
        let Some(first) = next.free.first_mut() else { return Ok(None) };
        let number = first.0;
        first.0 += 1;
        next.free.retain(|(from, to)| from < to);
        self.store(&next)?;
        *lease = next;
        Ok(Some(number))
    }

    fn store(&self, lease: &Lease) -> io::Result<()> {
        disk::replace(&self.path, &serde_json::to_vec(lease)?)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Lease> {
        self.lease.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// What a copy of the folder does not share with its original: when the folder itself was made, and its inode. The device
/// number is left out, since it may change when the machine starts again.
fn identity(folder: &Path) -> io::Result<String> {
    let meta = std::fs::metadata(folder)?;
    let made = meta.created().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&meta);
    #[cfg(not(unix))]
    let inode = 0;
    Ok(format!("{inode}:{}", made.as_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path) -> Leases {
        Leases::open(folder, || "node".into()).expect("a folder")
    }

    #[test]
    fn every_number_is_used_once_also_across_restarts() {
        let folder = tempfile::tempdir().expect("a folder");
        let leases = open(folder.path());
        assert_eq!(leases.take().expect("readable"), None);
        leases.add(3).expect("writable");
        assert_eq!(leases.take().expect("readable"), Some(768));
        assert_eq!(leases.take().expect("readable"), Some(769));
        drop(leases);
        let again = open(folder.path());
        assert_eq!(again.take().expect("readable"), Some(770));
        assert_eq!(again.left(), BLOCK - 3);
    }

    #[test]
    fn a_copied_folder_has_no_numbers_left() {
        let folder = tempfile::tempdir().expect("a folder");
        let leases = open(folder.path());
        leases.add(0).expect("writable");
        let copy = tempfile::tempdir().expect("a folder");
        std::fs::copy(folder.path().join("lease.json"), copy.path().join("lease.json")).expect("a copy");
        assert_eq!(open(copy.path()).take().expect("readable"), None);
        assert_eq!(open(folder.path()).take().expect("readable"), Some(0));
    }

    #[test]
    fn a_damaged_file_is_as_good_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("lease.json"), b"{\"node\":").expect("writable");
        assert_eq!(open(folder.path()).left(), 0);
    }
}
