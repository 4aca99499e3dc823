//! A throw-away PostgreSQL: a temporary folder, a free port on loopback, gone with its owner.

use std::{
    fs,
    net::TcpListener,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use clap::Args;
use tempfile::TempDir;

use crate::{command, machine};

/// Starts a throw-away PostgreSQL and prints its address; ends with Ctrl-C.
#[derive(Args)]
pub struct Options {}

/// Runs until the process is stopped, for tests by hand.
pub fn serve(_: &Options) -> anyhow::Result<()> {
    machine::ready_for_tests()?;
    let postgres = Postgres::start(Durability::Fast)?;
    println!("export WHENCE_TEST_POSTGRES_URL={}", postgres.url("postgres"));
    println!("stop it with Ctrl-C");
    loop {
        thread::park();
    }
}

/// Whether a commit reaches the disk before it is answered.
#[derive(Clone, Copy)]
pub enum Durability {
    /// For tests of behaviour: no sync.
    Fast,
    /// For proofs of durability: as PostgreSQL comes.
    Full,
}

/// A running server.
pub struct Postgres {
    folder: TempDir,
    port: u16,
    bin: PathBuf,
    durability: Durability,
    server: Option<command::Ended>,
}

impl Postgres {
    /// Creates the cluster and waits until it answers.
    pub fn start(durability: Durability) -> anyhow::Result<Self> {
        let bin = machine::postgres_bin().context("PostgreSQL is not installed")?;
        let folder = tempfile::Builder::new().prefix("whence-postgres-").tempdir()?;
        if let Some(user) = other_user()? {
            chown(folder.path(), Some(user.uid), Some(user.gid))?;
        }
        let data = folder.path().join("data");
        let mut initdb = as_other_user(&bin.join("initdb"))?;
        initdb.arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
        command::run(initdb.current_dir("/").stdout(Stdio::null()))?;
        let mut postgres = Self { folder, port: 0, bin, durability, server: None };
        postgres.resume()?;
        Ok(postgres)
    }

    /// The address of a database of this server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Creates an empty database and answers its address.
    pub fn create(&self, database: &str) -> anyhow::Result<String> {
        let mut createdb = Command::new(self.bin.join("createdb"));
        createdb.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "postgres", database]);
        command::run(&mut createdb)?;
        Ok(self.url(database))
    }

    /// Ends the server at once, as a crash would; the data stay.
    pub fn stop(&mut self) {
        let data = self.folder.path().join("data");
        if let Ok(mut stop) = as_other_user(&self.bin.join("pg_ctl")) {
            stop.arg("-D").arg(data).args(["stop", "-m", "immediate", "-w", "-t", "20"]);
            // Dropping the child kills what `pg_ctl` could not stop.
            let _ = stop.current_dir("/").stdout(Stdio::null()).stderr(Stdio::null()).status();
        }
        self.server = None;
    }

    /// Starts the server on its data, on the same port as before, and waits until it answers.
    pub fn resume(&mut self) -> anyhow::Result<()> {
        // A port that was free a moment ago may be taken: then another one is tried.
        let known = self.port;
        for _ in 0..5 {
            self.port = if known > 0 { known } else { free_port()? };
            let mut server = self.command()?;
            self.server = Some(command::Ended(server.spawn().context("cannot start postgres")?));
            if self.answers(Duration::from_secs(30)) {
                return Ok(());
            }
            self.server = None;
        }
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        bail!("PostgreSQL did not start:\n{log}")
    }

    fn command(&self) -> anyhow::Result<Command> {
        let mut server = as_other_user(&self.bin.join("postgres"))?;
        let log = fs::OpenOptions::new().create(true).append(true).open(self.folder.path().join("log"))?;
        server.arg("-D").arg(self.folder.path().join("data")).args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        server.arg("-k").arg(self.folder.path()).args(["-c", "max_connections=300"]);
        if let Durability::Fast = self.durability {
            server.args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]);
        }
        server.current_dir("/").stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        Ok(server)
    }

    /// Whether the server answers within `limit`; false at once when its process ended.
    fn answers(&mut self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        let ready = self.bin.join("pg_isready");
        while Instant::now() < end {
            if self.server.as_mut().is_none_or(|child| child.0.try_wait().is_ok_and(|status| status.is_some())) {
                return false;
            }
            let port = self.port.to_string();
            if command::answer(&ready.to_string_lossy(), &["-q", "-h", "127.0.0.1", "-p", &port]).is_some() {
                return true;
            }
            thread::sleep(Duration::from_millis(50));
        }
        false
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A port that nothing listens on now.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A user to run as.
struct User {
    uid: u32,
    gid: u32,
}

/// PostgreSQL refuses to run as root: then it runs as the system's `postgres` or `nobody`.
fn other_user() -> anyhow::Result<Option<User>> {
    if !machine::is_root() {
        return Ok(None);
    }
    let passwd = fs::read_to_string("/etc/passwd")?;
    let user = ["postgres", "nobody"].into_iter().find_map(|name| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some(User { uid: fields.next()?.parse().ok()?, gid: fields.next()?.parse().ok()? })
    });
    user.map(Some).context("PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody`")
}

/// A command that runs as that other user where we are root, and ends when we do, however we end.
fn as_other_user(program: &Path) -> anyhow::Result<Command> {
    let Some(user) = other_user()? else {
        return Ok(Command::new(program));
    };
    let mut setpriv = Command::new("setpriv");
    setpriv.arg(format!("--reuid={}", user.uid)).arg(format!("--regid={}", user.gid));
    setpriv.args(["--clear-groups", "--pdeathsig", "QUIT"]).arg(program);
    Ok(setpriv)
}
