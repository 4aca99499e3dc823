//! How a command reaches the process that owns its data folder: one JSON line each way over a local socket.
//!
//! A data folder has one owner. A command that finds it owned asks the owner to do the work; one that finds it free
//! owns it for as long as the work takes. Either way [`perform`] does it.

use crate::app::App;
use crate::cli::check::{self, CheckInput};
use crate::cli::investigate;
use crate::cli::setup::{self, SetupInput};
use crate::clock::SystemClock;
use crate::config::{Config, Place, ServeArgs};
use crate::data_dir;
use crate::flows::operations;
use anyhow::Context;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};

/// What a command asks for.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Request {
    /// Recompute clicks against roll-ups and postings against balances.
    Verify,
    /// Copy the spool and then the database into a new folder.
    Backup {
        /// The folder to make.
        to: PathBuf,
    },
    /// Check the installation and say what to mend.
    Doctor,
    /// Make a program with its owner and keys.
    Setup(Box<SetupInput>),
    /// Look where a link leads.
    Check(Box<CheckInput>),
    /// Say why something was not tracked.
    Investigate(Box<investigate::Args>),
    /// Drain the spool of a node that is gone.
    AdoptSpool {
        /// Its spool folder.
        from: PathBuf,
    },
}

/// What became of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// Whether all is well: false makes the command end with exit code 1.
    pub ok: bool,
    /// What to print.
    pub text: String,
}

/// Has the request done, by the folder's owner if there is one.
///
/// # Errors
/// A sentence that says what to do.
pub async fn ask(place: &Place, request: Request) -> anyhow::Result<Reply> {
    ask_with(place, request, Vec::new()).await
}

/// As [`ask`]; where this process does it itself, link checks may reach these networks.
///
/// # Errors
/// As there.
pub async fn ask_with(place: &Place, request: Request, link_check_allow: Vec<String>) -> anyhow::Result<Reply> {
    // No socket, or one that a killed owner left behind: the folder is free, or its lock says that it is not.
    let Ok(socket) = UnixStream::connect(data_dir::socket(&place.data_dir)).await else {
        let config = Config::settle(place, ServeArgs { link_check_allow, ..ServeArgs::default() })?;
        let app = App::open(config, Arc::new(SystemClock)).await?;
        let reply = perform(&app, request).await;
        app.store.close().await;
        return reply;
    };
    ask_owner(socket, &request).await
}

/// Has the request done and prints the answer.
///
/// # Errors
/// A sentence that says what to do.
pub async fn ask_and_print(place: &Place, request: Request) -> anyhow::Result<ExitCode> {
    let reply = ask(place, request).await?;
    if reply.ok {
        println!("{}", reply.text);
        Ok(ExitCode::SUCCESS)
    } else {
        eprintln!("{}", reply.text);
        Ok(ExitCode::FAILURE)
    }
}

/// Does what was asked.
///
/// # Errors
/// A sentence that says what to do.
pub async fn perform(app: &App, request: Request) -> anyhow::Result<Reply> {
    match request {
        Request::Verify => operations::verify::verify(app).await,
        Request::Backup { to } => operations::backup::backup(app, &to).await,
        Request::Doctor => operations::doctor::doctor(app).await,
        Request::Setup(input) => {
            let made = setup::set_up(app, &input).await?;
            Ok(Reply { ok: true, text: serde_json::to_string(&made)? })
        }
        Request::Check(input) => check::check(app, &input).await,
        Request::Investigate(args) => investigate::answer(app, &args).await,
        Request::AdoptSpool { from } => {
            let clicks = crate::spool::adopt::adopt(app, &from).await?;
            Ok(Reply { ok: true, text: format!("{clicks} records were drained from {}.", from.display()) })
        }
    }
}

async fn ask_owner(socket: UnixStream, request: &Request) -> anyhow::Result<Reply> {
    let (read, mut write) = socket.into_split();
    let mut line = serde_json::to_string(request)?;
    line.push('\n');
    write.write_all(line.as_bytes()).await?;
    let answer = BufReader::new(read)
        .lines()
        .next_line()
        .await?
        .context("the running Whence closed the connection: look at its log")?;
    serde_json::from_str(&answer).context("the running Whence is of another version: use its own program")
}

/// Listens on the data folder's socket until the app ends. Only the owner of the folder may open it.
///
/// # Errors
/// If the socket cannot be made.
pub fn listen(app: &App) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let path = app.data_dir.socket();
    // We hold the folder's lock, so a socket that lies there is a dead one's.
    let _ = std::fs::remove_file(&path);
    let listener =
        UnixListener::bind(&path).with_context(|| format!("the local socket {} could not be made", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    let app = app.clone();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(answer(app.clone(), socket));
        }
    });
    Ok(())
}

async fn answer(app: App, socket: UnixStream) {
    let (read, mut write) = socket.into_split();
    let Ok(Some(line)) = BufReader::new(read).lines().next_line().await else { return };
    let reply = match serde_json::from_str(&line) {
        Ok(request) => {
            perform(&app, request).await.unwrap_or_else(|error| Reply { ok: false, text: format!("whence: {error:#}") })
        }
        Err(error) => {
            Reply { ok: false, text: format!("whence: the running Whence does not know this command ({error})") }
        }
    };
    if let Ok(mut line) = serde_json::to_string(&reply) {
        line.push('\n');
        let _ = write.write_all(line.as_bytes()).await;
    }
}
