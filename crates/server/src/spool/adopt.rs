//! `whence spool adopt`: drains the disk of a node that is gone.

use super::drain;
use super::folder;
use crate::app::App;
use anyhow::{Context, bail};
use std::path::Path;

/// Drains every run in a spool folder (or in the data folder that holds it) into this installation's database; answers
/// how many records there were. Running it again, or beside the node itself, changes nothing twice.
///
/// # Errors
/// A sentence that says what to do.
pub async fn adopt(app: &App, from: &Path) -> anyhow::Result<usize> {
    let inner = from.join("spool");
    let root = if inner.is_dir() { inner.as_path() } else { from };
    let runs = folder::incarnations(root).with_context(|| {
        format!("{} cannot be read: name the spool folder of the node that is gone", root.display())
    })?;
    if runs.is_empty() {
        bail!("{} holds no spool: name the data folder of the node that is gone, or the spool in it", root.display());
    }
    let mut records = 0;
    for incarnation in runs {
        records += drain::drain_folder(app, root, incarnation)
            .await
            .with_context(|| format!("run {incarnation} was drained in part; run the command again"))?;
    }
    Ok(records)
}
