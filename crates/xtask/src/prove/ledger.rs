//! Counting: what was acknowledged against what is stored.

use std::{
    collections::HashSet,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};

use super::load::Clicks;
use crate::{command, server::Server};

/// Draining what a stopped database left behind must not take longer.
const DRAIN_LIMIT: Duration = Duration::from_secs(120);

/// Compares what visitors were told with what the server has, after it drained. Fails if an acknowledged click is
/// missing, if an id is stored twice, or if the roll-ups disagree with the clicks.
pub fn balance(server: &Server, clicks: &Clicks) -> anyhow::Result<String> {
    let acknowledged: HashSet<&str> = clicks.acknowledged.iter().map(String::as_str).collect();
    ensure!(acknowledged.len() == clicks.acknowledged.len(), "an id was given to two clicks");
    let end = Instant::now() + DRAIN_LIMIT;
    loop {
        let total = server.get("/clicks?limit=1&count=1")?["total"].as_u64().context("GET /clicks has no total")?;
        if total >= acknowledged.len() as u64 || Instant::now() > end {
            break;
        }
        thread::sleep(Duration::from_millis(200));
    }
    let stored = stored(server)?;
    let distinct: HashSet<&str> = stored.iter().map(String::as_str).collect();
    let lost = acknowledged.difference(&distinct).count();
    let doubled = stored.len() - distinct.len();
    let figures = format!(
        "acknowledged {}, unanswered {}, stored {}, lost {lost}, counted twice {doubled}, slowest answer {} ms",
        acknowledged.len(),
        clicks.unanswered,
        stored.len(),
        clicks.slowest.as_millis(),
    );
    ensure!(lost == 0 && doubled == 0, "{figures}");
    ensure!(!acknowledged.is_empty(), "no click was acknowledged at all: {figures}");
    verify(server).context(figures.clone())?;
    Ok(figures)
}

/// All stored ids, page by page.
fn stored(server: &Server) -> anyhow::Result<Vec<String>> {
    let mut ids: Vec<String> = Vec::new();
    let mut after = String::new();
    loop {
        let page = server.get(&format!("/clicks?limit=250{after}"))?;
        let items = page["items"].as_array().context("GET /clicks has no items")?;
        for item in items {
            ids.push(item["xid"].as_str().context("a click without xid")?.to_owned());
        }
        let last =
            items.last().map(|item| item["key"].as_str().or(item["xid"].as_str()).unwrap_or_default().to_owned());
        match last {
            Some(key) if page["has_more"] == true => after = format!("&starting_after={key}"),
            _ => return Ok(ids),
        }
    }
}

/// Lets the server compare its own counters with its clicks (`whence verify`).
fn verify(server: &Server) -> anyhow::Result<()> {
    let mut verify = server.command("verify");
    let output = verify.output()?;
    if !output.status.success() {
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        bail!("`{}` found differences:\n{out}{err}", command::name(&verify));
    }
    Ok(())
}
