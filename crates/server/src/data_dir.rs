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
        make(path).with_context(|| {
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

/// Makes the folder for its owner alone: keys, secrets and personal data lie in it. One that is there keeps its rights.
fn make(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_new_data_folder_is_its_owners_alone_and_has_one_owner_at_a_time() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("data");
        let owned = DataDir::own(&path).expect("a data folder");
        let mode = fs::metadata(&path).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        let second = DataDir::own(&path).expect_err("owned already");
        assert!(second.to_string().contains("in use by another Whence"), "{second}");
        drop(owned);
        DataDir::own(&path).expect("free again");
    }
}
