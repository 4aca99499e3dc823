//! The tests in real browsers: Node drives Chromium, Firefox and WebKit against the built binary (tests/browser).

use std::{
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::bail;

use super::{npm, tally::Tally, whence};
use crate::{command, machine, postgres::Postgres};

/// Installing and running must end within this.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// Installs the pinned packages, runs the tests on both database engines, then the journeys in all three browsers.
pub fn run(postgres: &Postgres, tally: &mut Tally) -> anyhow::Result<()> {
    let installed = command::follow(npm(&["ci", "--no-audit", "--no-fund"]).stderr(Stdio::inherit()), LIMIT, |_| {})?;
    if !installed.success() {
        bail!("`npm ci` failed in tests/browser");
    }
    let database = postgres.create("browser_story")?;
    node(npm(&["test", "--silent"]).env("WHENCE_TEST_POSTGRES_URL", database), tally)?;
    node(&mut npm(&["run", "journeys", "--silent"]), tally)
}

/// Runs one of Node's test runs and counts what it says.
fn node(run: &mut Command, tally: &mut Tally) -> anyhow::Result<()> {
    run.env("WHENCE_BIN", whence());
    run.env("CHROMIUM", machine::chromium().unwrap_or_default());
    run.env("FIREFOX", machine::firefox().unwrap_or_default());
    let before = tally.failed();
    let mut seen = 0;
    let status = command::follow(run, LIMIT, |line| {
        if !chatter(line) {
            println!("{line}");
        }
        tally.tap_line(line);
        seen += 1;
    })?;
    if seen == 0 || (!status.success() && tally.failed() == before) {
        bail!("the browser tests failed before they could say which");
    }
    Ok(())
}

/// Lines of TAP that say nothing about a test that passed.
fn chatter(line: &str) -> bool {
    let line = line.trim_start();
    ["# ", "---", "...", "duration_ms:", "type:", "1.."].iter().any(|start| line.starts_with(start))
}
