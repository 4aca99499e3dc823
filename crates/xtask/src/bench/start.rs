//! How soon the server answers after its start with many links, and how much memory it holds when nothing happens.

use std::{fs, thread, time::Duration};

use anyhow::{Context as _, ensure};
use clap::Args;
use serde_json::json;

use crate::{
    http::Connection,
    prove,
    server::{self, Server},
};

/// How much to start with.
#[derive(Args)]
pub struct Options {
    /// Links of the one partner
    #[arg(long, default_value_t = 10_000)]
    links: u32,
    /// How often to start
    #[arg(long, default_value_t = 5)]
    rounds: u32,
    /// Seconds of quiet before the memory is read
    #[arg(long, default_value_t = 5)]
    idle_s: u64,
}

/// Measures and prints every start.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let binary = prove::release()?;
    let folder = tempfile::Builder::new().prefix("whence-bench-").tempdir()?;
    let mut server = Server::new(&binary, &folder.path().join("data"), None)?;
    for number in 1..options.links {
        let link = json!({
            "partner_key": "proof", "dest": format!("https://www.shop.test/p/{number}"), "link_key": format!("p{number}"),
        });
        server.post("/links", &link)?;
    }
    println!("round | first answer ms | idle memory MB   ({} links)", options.links);
    for round in 1..=options.rounds {
        server.kill();
        let answered = server.start()?;
        let last = format!("/p{}", options.links.saturating_sub(1));
        server::click(&mut Connection::open(server.address)?, &last)?;
        thread::sleep(Duration::from_secs(options.idle_s));
        println!("{round:5} | {:15} | {:14}", answered.as_millis(), resident_mb(&server)?);
    }
    Ok(())
}

/// The server's resident memory, as the kernel counts it.
fn resident_mb(server: &Server) -> anyhow::Result<u64> {
    let pid = server.pid().context("the server runs")?;
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes: u64 = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0);
    ensure!(kilobytes > 0, "the kernel does not say how much memory {pid} has");
    Ok(kilobytes / 1024)
}
