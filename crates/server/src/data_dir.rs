//! The data folder: who owns it, and where things lie in it.

use anyhow::{Context, bail};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

/// A data folder that this process owns: no other process serves from it while this value lives.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Makes the folder if need be and locks it.
    ///
    /// # Errors
    /// A sentence that says what to do, if it cannot be made or another process owns it.
    pub fn own(path: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(path).with_context(|| {
            format!("the data folder {} could not be made: choose another with --data-dir", path.display())
        })?;
        let lock =
            File::options().create(true).truncate(false).write(true).open(path.join("whence.lock")).with_context(
                || format!("the data folder {} is not writable: choose another with --data-dir", path.display()),
            )?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => {
                bail!(
                    "the data folder {} is in use by another Whence: stop that one, or choose another folder with --data-dir",
                    path.display()
                )
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("the data folder {} could not be locked", path.display()))
            }
        }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The SQLite database in it.
    pub fn database(&self) -> PathBuf {
        database(&self.path)
    }

    /// Where clicks are written before they are answered.
    pub fn spool(&self) -> PathBuf {
        self.path.join("spool")
    }

    /// The socket by which commands on this folder reach its owner.
    pub fn socket(&self) -> PathBuf {
        socket(&self.path)
    }
}

/// The SQLite database of a data folder.
pub fn database(data_dir: &Path) -> PathBuf {
    data_dir.join("whence.db")
}

/// The local socket of a data folder.
pub fn socket(data_dir: &Path) -> PathBuf {
    data_dir.join("whence.sock")
}
