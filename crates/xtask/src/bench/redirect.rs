//! Redirects per second with the click on disk before the answer, beside nginx answering a constant 302 that records
//! nothing. Rounds are interleaved, because a shared machine drifts; every round is printed, with the disk's sync time.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use clap::Args;

use crate::{
    command::{self, Ended},
    http::Connection,
    machine,
    postgres::free_port,
    prove,
    server::{AGENT, LINK_HOST, Server},
};

/// How long and with how many.
#[derive(Args)]
pub struct Options {
    /// Rounds of both, at least 5
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(5..))]
    rounds: u32,
    /// The length of one round, in seconds
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// Kept-alive connections
    #[arg(long, default_value_t = 64)]
    connections: u32,
}

/// Measures and prints; no threshold decides.
pub fn run(options: &Options) -> anyhow::Result<()> {
    machine::ready_for_bench()?;
    let binary = prove::release()?;
    let folder = tempfile::Builder::new().prefix("whence-bench-").tempdir()?;
    let server = Server::new(&binary, &folder.path().join("data"), None)?;
    let nginx = Nginx::start(folder.path())?;
    let ours = format!("http://{}{}", server.address, server.link);
    let theirs = format!("http://127.0.0.1:{}/", nginx.port);
    println!("{} connections, {} s a round, load generator on the same cores", options.connections, options.seconds);
    println!("round | whence 302/s | p99     | nginx 302/s | p99     | ratio % | sync median us");
    let (mut ratios, mut acknowledged) = (Vec::new(), 0);
    for round in 1..=options.rounds {
        let sync = sync_median(folder.path())?;
        let whence = wrk(options, &ours)?;
        let plain = wrk(options, &theirs)?;
        acknowledged += whence.answers;
        let ratio = whence.per_second * 100 / plain.per_second.max(1);
        println!(
            "{round:5} | {:12} | {:>7} | {:11} | {:>7} | {ratio:7} | {:14}",
            whence.per_second,
            whence.p99,
            plain.per_second,
            plain.p99,
            sync.as_micros()
        );
        ratios.push(ratio);
    }
    ratios.sort_unstable();
    println!("median ratio: {} % of nginx", ratios[ratios.len() / 2]);
    count(&server, acknowledged)
}

/// Compares what wrk saw acknowledged with what is stored once the spool is drained. wrk counts the answers it read
/// before its time was up, so more may be stored: at most one per connection and round.
fn count(server: &Server, acknowledged: u64) -> anyhow::Result<()> {
    let end = Instant::now() + Duration::from_secs(300);
    let mut stored = 0;
    while Instant::now() < end {
        let total = server.get("/clicks?limit=1&count=1")?["total"].as_u64().context("GET /clicks has no total")?;
        if total == stored && total >= acknowledged {
            break;
        }
        stored = total;
        std::thread::sleep(Duration::from_secs(1));
    }
    println!("acknowledged {acknowledged}, stored {stored}");
    ensure!(stored >= acknowledged, "{} acknowledged clicks are not stored", acknowledged - stored);
    Ok(())
}

/// What one round of wrk read.
struct Reading {
    answers: u64,
    per_second: u64,
    p99: String,
}

fn wrk(options: &Options, url: &str) -> anyhow::Result<Reading> {
    let mut wrk = Command::new(machine::find("wrk").context("wrk is not installed")?);
    wrk.args(["-t2", "--latency", "-c", &options.connections.to_string(), "-d", &format!("{}s", options.seconds)]);
    wrk.args(["-H", &format!("Host: {LINK_HOST}"), "-H", &format!("User-Agent: {AGENT}"), url]);
    let output = wrk.output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.success() && !text.contains("Non-2xx"), "`{}`:\n{text}", command::name(&wrk));
    let field = |name: &str| text.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::trim);
    let per_second = field("Requests/sec:").and_then(|value| value.split('.').next()?.parse().ok());
    let answers = text.lines().find_map(|line| line.trim().split_once(" requests in ")?.0.parse().ok());
    Ok(Reading {
        answers: answers.with_context(|| format!("wrk printed no requests:\n{text}"))?,
        per_second: per_second.with_context(|| format!("wrk printed no rate:\n{text}"))?,
        p99: field("99%").unwrap_or("?").to_owned(),
    })
}

/// The median time of an append of one block with `fdatasync`, in the folder where the spool lies.
fn sync_median(folder: &Path) -> anyhow::Result<Duration> {
    let path = folder.join("sync-probe");
    let mut file = File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..101 {
        file.write_all(&[0; 4096])?;
        let started = Instant::now();
        file.sync_data()?;
        times.push(started.elapsed());
    }
    fs::remove_file(path)?;
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

/// nginx with two workers, no log, and one constant answer.
struct Nginx {
    port: u16,
    config: PathBuf,
    _process: Ended,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Killing the master would leave its workers behind; it has to end them itself.
        let _ = nginx(&self.config).and_then(|mut nginx| Ok(nginx.args(["-s", "stop"]).status()?));
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn nginx(config: &Path) -> anyhow::Result<Command> {
    let mut nginx = Command::new(machine::find("nginx").context("nginx is not installed")?);
    nginx.arg("-c").arg(config).stdin(Stdio::null()).stderr(Stdio::null());
    Ok(nginx)
}

impl Nginx {
    fn start(folder: &Path) -> anyhow::Result<Self> {
        let port = free_port()?;
        let config = folder.join("nginx.conf");
        let own = folder.display();
        fs::write(
            &config,
            format!(
                "worker_processes 2; daemon off; pid {own}/nginx.pid; error_log {own}/nginx.log;\n\
                 events {{ worker_connections 1024; }}\n\
                 http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path {own}/body;\n\
                 server {{ listen 127.0.0.1:{port}; location / {{ return 302 https://www.shop.test/landing; }} }} }}\n"
            ),
        )?;
        let process = Ended(nginx(&config)?.spawn()?);
        let started = Instant::now();
        while Connection::open(([127, 0, 0, 1], port).into()).is_err() {
            ensure!(started.elapsed() < Duration::from_secs(10), "nginx does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(Self { port, config, _process: process })
    }
}
