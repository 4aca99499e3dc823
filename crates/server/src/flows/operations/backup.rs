//! `whence backup`: a copy of the spool, then of the database, so that no click is in neither
//! (`product.md` 4 "Click path").

use crate::app::App;
use crate::control::Reply;
use crate::store::Engine;
use anyhow::{Context, bail};
use std::fs;
use std::path::Path;

/// Copies what cannot be made again into a new folder: spool, keys, settings, and the SQLite database.
///
/// # Errors
/// A sentence that says what to do.
pub async fn backup(app: &App, to: &Path) -> anyhow::Result<Reply> {
    if to.exists() {
        bail!("{} exists already: name a folder that does not", to.display());
    }
    let unfinished = to.with_extension("unfinished");
    let _ = fs::remove_dir_all(&unfinished);
    fs::create_dir_all(&unfinished).with_context(|| format!("{} could not be made", unfinished.display()))?;

    copy_folder(&app.data_dir.spool(), &unfinished.join("spool"))?;
    let settings = app.data_dir.path().join("whence.toml");
    if settings.exists() {
        fs::copy(&settings, unfinished.join("whence.toml"))?;
    }
    let database = match app.store.engine() {
        Engine::Sqlite => {
            app.store.copy_to(&unfinished.join("whence.db")).await?;
            "the database"
        }
        Engine::Postgres => "no database: back PostgreSQL up with pg_dump, after this",
    };
    // Only a whole backup bears its name.
    fs::rename(&unfinished, to).with_context(|| format!("{} could not be made", to.display()))?;
    let text = format!("{} holds the spool and {database}. `whence restore` puts it back.", to.display());
    Ok(Reply { ok: true, text })
}

/// Puts a backup into a data folder that does not exist yet.
///
/// # Errors
/// A sentence that says what to do.
pub fn restore(from: &Path, data_dir: &Path) -> anyhow::Result<Reply> {
    if !from.join("whence.db").exists() && !from.join("spool").exists() {
        bail!("{} is no backup of Whence: it has neither a database nor a spool", from.display());
    }
    if fs::read_dir(data_dir).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is not empty: restore into a new data folder, with --data-dir", data_dir.display());
    }
    copy_folder(from, data_dir)?;
    let text = format!(
        "{} was restored. Start `whence serve` on it; clicks in the spool that the database lacks are drained then.",
        data_dir.display()
    );
    Ok(Reply { ok: true, text })
}

/// Copies the files of a folder and those below it. Locks, sockets and the lease of incarnation numbers stay behind: a copy
/// must take numbers of its own.
fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("{} could not be read", from.display())),
    };
    for entry in entries {
        let entry = entry?;
        let (kind, name) = (entry.file_type()?, entry.file_name());
        if kind.is_dir() {
            copy_folder(&entry.path(), &to.join(name))?;
        } else if kind.is_file() && !["lock", "lease.json", "whence.lock"].contains(&name.to_string_lossy().as_ref()) {
            match fs::copy(entry.path(), to.join(&name)) {
                // A drained segment may be removed while we copy; the database has it.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                copied => {
                    copied.with_context(|| format!("{} could not be copied", entry.path().display()))?;
                }
            }
        }
    }
    Ok(())
}
