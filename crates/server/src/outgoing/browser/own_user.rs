//! A user for one visit that owns nothing but the visit's folder: a number that no account and no process has.

use super::chromium::Unavailable;
use super::processes;
use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Numbers that distributions and systemd give to nobody.
const NUMBERS: std::ops::RangeInclusive<u32> = 60_706..=61_183;
/// A visit's folder that is older belongs to one that was cut off.
const STALE: Duration = Duration::from_secs(600);

/// The user of one visit, with its folder. The folder is the claim to the number: making it succeeds once. Processes and
/// folder are gone when this is.
#[derive(Debug)]
pub struct OwnUser {
    uid: u32,
    folder: PathBuf,
}

impl OwnUser {
    /// Takes a free number and makes its folder.
    ///
    /// # Errors
    /// What to do, if this process may not run another as somebody else.
    pub fn take() -> Result<Self, Unavailable> {
        if !rustix::process::geteuid().is_root() {
            return Err(Unavailable::NotRoot);
        }
        let accounts = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let base = std::env::temp_dir();
        for uid in NUMBERS.filter(|uid| !has_account(&accounts, *uid)) {
            let folder = base.join(format!("whence-visit-{uid}"));
            forget_stale(uid, &folder);
            match DirBuilder::new().mode(0o700).create(&folder) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(Unavailable::Folder(base, error.kind())),
            }
            let user = Self { uid, folder };
            if !processes::of_user(uid).is_empty() {
                continue;
            }
            chown(&user.folder, Some(uid), Some(uid)).map_err(|error| Unavailable::Folder(base, error.kind()))?;
            return Ok(user);
        }
        Err(Unavailable::NoUser)
    }

    /// Its number, which is its group's too.
    pub fn uid(&self) -> u32 {
        self.uid
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for OwnUser {
    fn drop(&mut self) {
        if let Err(left) = processes::end_all(self.uid) {
            tracing::error!(left, "processes of a browser visit could not be ended");
        }
        // What its processes were writing a moment ago may still appear.
        for _ in 0..3 {
            match fs::remove_dir_all(&self.folder) {
                Ok(()) => return,
                Err(error) if error.kind() == ErrorKind::NotFound => return,
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        tracing::error!(folder = %self.folder.display(), "the folder of a browser visit could not be removed");
    }
}

fn has_account(accounts: &str, uid: u32) -> bool {
    accounts.lines().filter_map(|line| line.split(':').nth(2)).any(|number| number.parse() == Ok(uid))
}

/// Removes the folder of a visit that was cut off, by a power failure for instance.
fn forget_stale(uid: u32, folder: &Path) {
    let Ok(made) = fs::symlink_metadata(folder).and_then(|data| data.modified()) else { return };
    let is_old = SystemTime::now().duration_since(made).is_ok_and(|age| age > STALE);
    if is_old && processes::of_user(uid).is_empty() {
        // If it cannot be removed, the number stays taken; there are others.
        let _ = fs::remove_dir_all(folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_read_by_their_number() {
        let accounts = "root:x:0:0:root:/root:/bin/sh\nada:x:60706:60706::/home/ada:/bin/sh\nbroken\n";
        assert!(has_account(accounts, 60_706) && has_account(accounts, 0));
        assert!(!has_account(accounts, 60_707));
    }
}
