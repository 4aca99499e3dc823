//! The `whence` binary under test: set up, started, killed, asked.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::{
    command::{self, Ended},
    http::{Answer, Connection},
    postgres::free_port,
};

/// The host that the proofs' link is served on.
pub const LINK_HOST: &str = "go.shop.test";

/// A browser's agent, so that the clicks count.
pub const AGENT: &str =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/// A program on a data folder of its own, with one partner and one link, and the server over it.
pub struct Server {
    binary: PathBuf,
    folder: PathBuf,
    database: Option<String>,
    /// Where it listens.
    pub address: SocketAddr,
    /// What `setup` printed.
    pub keys: Value,
    /// The path of the partner's link.
    pub link: String,
    process: Option<Ended>,
}

impl Server {
    /// Sets up a program in `folder`, on SQLite or on `database`, starts the server and makes the link.
    pub fn new(binary: &Path, folder: &Path, database: Option<String>) -> anyhow::Result<Self> {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let (binary, folder) = (binary.to_path_buf(), folder.to_path_buf());
        let mut server =
            Self { binary, folder, database, address, keys: Value::Null, link: String::new(), process: None };
        server.keys = server.set_up()?;
        server.start()?;
        server.make_link()?;
        Ok(server)
    }

    /// A command of the binary on this folder and database.
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg(name).arg("--data-dir").arg(&self.folder);
        if let Some(url) = &self.database {
            command.arg("--database-url").arg(url);
        }
        command
    }

    fn set_up(&self) -> anyhow::Result<Value> {
        let mut setup = self.command("setup");
        setup.args(["--program", "Proof", "--site", "https://www.shop.test", "--link-host", LINK_HOST]);
        setup.args(["--currency", "USD", "--email", "owner@shop.test", "--password-stdin", "--json"]);
        let mut child = setup.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("cannot start whence")?;
        child.stdin.take().context("stdin was asked for")?.write_all(b"correct horse battery\n")?;
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "`{}` failed", command::name(&setup));
        serde_json::from_slice(&output.stdout).context("`whence setup --json` printed something else than JSON")
    }

    /// Starts the server and waits until it answers; says how long that took.
    pub fn start(&mut self) -> anyhow::Result<Duration> {
        let started = Instant::now();
        let log = OpenOptions::new().create(true).append(true).open(self.log())?;
        let mut serve = self.command("serve");
        serve.arg("--listen").arg(self.address.to_string()).arg("--app-url").arg(format!("http://{}", self.address));
        serve.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut process = Ended(serve.spawn().context("cannot start whence")?);
        while Connection::open(self.address).is_err() {
            if let Some(status) = process.0.try_wait()? {
                bail!("`whence serve` ended with {status}:\n{}", self.last_words());
            }
            ensure!(
                started.elapsed() < Duration::from_secs(60),
                "`whence serve` does not answer:\n{}",
                self.last_words()
            );
            thread::sleep(Duration::from_millis(5));
        }
        self.process = Some(process);
        Ok(started.elapsed())
    }

    /// The server that was [remembered](Self::remember) in this folder, started; none if there is none.
    pub fn reopen(binary: &Path, folder: &Path) -> anyhow::Result<Option<Self>> {
        let Ok(kept) = fs::read_to_string(folder.with_extension("json")) else { return Ok(None) };
        let kept: Value = serde_json::from_str(&kept)?;
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let database = kept["database"].as_str().map(str::to_owned);
        let (binary, folder) = (binary.to_path_buf(), folder.to_path_buf());
        let link = "/proof".to_owned();
        let mut server = Self { binary, folder, database, address, keys: kept["keys"].clone(), link, process: None };
        server.start()?;
        Ok(Some(server))
    }

    /// Notes beside the folder by which keys its data are reached.
    pub fn remember(&self) -> anyhow::Result<()> {
        let kept = json!({ "keys": self.keys, "database": self.database });
        fs::write(self.folder.with_extension("json"), kept.to_string())?;
        Ok(())
    }

    /// Has the server end by itself, everything folded into its database.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        let Some(mut process) = self.process.take() else { return Ok(()) };
        let pid = process.0.id().to_string();
        command::run(Command::new("kill").args(["-TERM", &pid]))?;
        process.0.wait()?;
        Ok(())
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// The server's process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.process.as_ref().map(|process| process.0.id())
    }

    fn log(&self) -> PathBuf {
        self.folder.with_extension("log")
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(15)..].join("\n")
    }

    fn make_link(&mut self) -> anyhow::Result<()> {
        self.post("/partnerships", &json!({"email": "partner@blog.test", "partner_key": "proof"}))?;
        let link = json!({"partner_key": "proof", "dest": "https://www.shop.test/landing", "link_key": "proof"});
        self.post("/links", &link)?;
        self.link = "/proof".to_owned();
        Ok(())
    }

    /// `POST /api/v2…`; answers `data`.
    pub fn post(&self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.api("POST", path, body.to_string().as_bytes())
    }

    /// `GET /api/v2…`; answers `data`.
    pub fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.api("GET", path, b"")
    }

    fn api(&self, method: &str, path: &str, body: &[u8]) -> anyhow::Result<Value> {
        let key = |name: &str| self.keys[name].as_str().unwrap_or_default().to_owned();
        let pair = BASE64_STANDARD.encode(format!("{}:{}", key("public_key"), key("secret_key")));
        let headers = format!(
            "Host: {}\r\nAuthorization: Basic {pair}\r\nContent-Type: application/json\r\nAccept: application/json\r\n",
            self.address
        );
        let answer = Connection::open(self.address)?.request(method, &format!("/api/v2{path}"), &headers, body)?;
        let text = String::from_utf8_lossy(&answer.body);
        ensure!(answer.status == 200, "{method} {path} was answered {}: {text}", answer.status);
        let mut value: Value = serde_json::from_str(&text)?;
        Ok(value["data"].take())
    }

    /// `POST` to the link host, as the snippet does.
    pub fn ingest(&self, path: &str, body: &Value) -> anyhow::Result<Answer> {
        let headers = format!(
            "Host: {LINK_HOST}\r\nOrigin: https://www.shop.test\r\nContent-Type: text/plain\r\nUser-Agent: {AGENT}\r\n"
        );
        Connection::open(self.address)?.request("POST", path, &headers, body.to_string().as_bytes())
    }
}

/// Visits the link over `connection`; answers the click's id once the server has acknowledged it by a 302.
pub fn click(connection: &mut Connection, link: &str) -> anyhow::Result<String> {
    let headers = format!("Host: {LINK_HOST}\r\nUser-Agent: {AGENT}\r\nAccept: text/html\r\n");
    let answer = connection.request("GET", link, &headers, b"")?;
    ensure!(answer.status == 302, "the link was answered {}", answer.status);
    let location = answer.location.context("a 302 without Location")?;
    let (_, query) = location.split_once('?').context("a Location without parameters")?;
    let id = query.split('&').find_map(|pair| pair.strip_prefix("ps_xid="));
    id.map(str::to_owned).with_context(|| format!("no ps_xid in {location}"))
}
