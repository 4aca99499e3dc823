//! The link table on disk, beside the spool, so that a node starts and redirects while the database is down.

use super::table::{Program, Table};
use crate::spool::disk;
use crate::store::tracking::link_table::ProgramRows;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use whence_domain::tracking::KeyRing;

/// Names the format and its version.
const MAGIC: &[u8; 8] = b"WHLINKS1";

/// Version and secret of each key that click ids are proved with.
pub type KeyRows = Vec<(u8, Vec<u8>)>;

/// What the file holds after its magic and checksum.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The keys.
    pub keys: KeyRows,
    /// The programs.
    pub programs: Vec<ProgramRows>,
}

/// Where the snapshot lies in a spool folder.
pub fn path(spool: &Path) -> PathBuf {
    spool.join("links.snapshot")
}

/// Writes the snapshot in place of the last one.
///
/// # Errors
/// The operating system's; the last one stands then.
pub fn write(spool: &Path, snapshot: &Snapshot) -> io::Result<()> {
    let body = postcard::to_allocvec(snapshot).map_err(io::Error::other)?;
    let mut bytes = Vec::with_capacity(body.len() + 12);
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    bytes.extend_from_slice(&body);
    disk::replace(&path(spool), &bytes)
}

/// Reads the snapshot; `None` if there is none, it is damaged, or of another version: then the database is needed.
pub fn read(spool: &Path) -> Option<Snapshot> {
    let bytes = std::fs::read(path(spool)).ok()?;
    let (head, body) = bytes.split_at_checked(MAGIC.len() + 4)?;
    let (magic, checksum) = head.split_at(MAGIC.len());
    let sound = magic == MAGIC && checksum == crc32fast::hash(body).to_le_bytes();
    sound.then(|| postcard::from_bytes(body).ok()).flatten()
}

/// The ring of the keys in the snapshot.
pub fn key_ring(keys: &KeyRows) -> Option<KeyRing> {
    KeyRing::new(keys.iter().map(|(version, secret)| (*version, secret.as_slice())))
}

impl Snapshot {
    /// The table of this snapshot; `None` without a usable key.
    pub fn table(self) -> Option<Table> {
        let keys = Arc::new(key_ring(&self.keys)?);
        Some(Table::new(keys, self.programs.into_iter().map(|rows| Arc::new(Program::new(rows)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::tracking::link_table::LinkRow;
    use whence_domain::Mode;

    fn snapshot() -> Snapshot {
        Snapshot {
            keys: vec![(1, b"secret".to_vec())],
            programs: vec![ProgramRows {
                id: "prog_1".into(),
                version: 3,
                slug: "shop".into(),
                site: "https://shop.test".into(),
                site_domain: "shop.test".into(),
                policy: "{}".into(),
                hosts: vec!["go.shop.test".into()],
                origins: vec![],
                keys: vec![("pk_1".into(), Mode::Live)],
                links: vec![LinkRow {
                    number: 7,
                    id: "link_1".into(),
                    mode: Mode::Live,
                    folded: "bo".into(),
                    partner: "part_1".into(),
                    partner_key: "bo".into(),
                    partner_is_active: true,
                    dest: "https://shop.test/".into(),
                    archived: false,
                }],
            }],
        }
    }

    #[test]
    fn a_snapshot_reads_back_and_serves() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), &snapshot()).expect("writable");
        let read = read(folder.path()).expect("a snapshot");
        assert_eq!(read, snapshot());
        let table = read.table().expect("a key");
        let program = table.of_host("go.shop.test").expect("its host");
        assert!(program.links["bo"].target().is_ok());
        assert_eq!(table.of_number(7).expect("its number").1.row.id, "link_1");
        assert_eq!(table.of_slug("SHOP").expect("its slug").version, 3);
    }

    #[test]
    fn a_damaged_snapshot_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(read(folder.path()), None);
        write(folder.path(), &snapshot()).expect("writable");
        let mut bytes = std::fs::read(path(folder.path())).expect("readable");
        *bytes.last_mut().expect("not empty") ^= 1;
        std::fs::write(path(folder.path()), &bytes).expect("writable");
        assert_eq!(read(folder.path()), None);
        std::fs::write(path(folder.path()), b"WHL").expect("writable");
        assert_eq!(read(folder.path()), None);
    }

    #[test]
    fn only_the_site_and_what_is_listed_may_talk_to_us() {
        let mut rows = snapshot().programs.remove(0);
        rows.origins.push("partner-shop.test".into());
        let program = Program::new(rows);
        for host in ["shop.test", "www.shop.test", "a.b.shop.test", "partner-shop.test", "x.partner-shop.test"] {
            assert!(program.allows_origin(host), "{host}");
        }
        for host in ["myshop.test", "shop.test.evil.com", "evil.test", "", "test"] {
            assert!(!program.allows_origin(host), "{host}");
        }
    }
}
