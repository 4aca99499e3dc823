//! The tests in a real browser: Node drives Chromium against the built binary (tests/browser).

use std::{process::Stdio, time::Duration};

use anyhow::bail;

use super::{npm, tally::Tally, whence};
use crate::{command, machine, postgres::Postgres};

/// Installing and running must end within this.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// Installs the two pinned packages and runs the tests on both engines.
pub fn run(postgres: &Postgres, tally: &mut Tally) -> anyhow::Result<()> {
    let installed = command::follow(npm(&["ci", "--no-audit", "--no-fund"]).stderr(Stdio::inherit()), LIMIT, |_| {})?;
    if !installed.success() {
        bail!("`npm ci` failed in tests/browser");
    }
    let mut node = npm(&["test", "--silent"]);
    node.env("WHENCE_BIN", whence());
    node.env("WHENCE_TEST_POSTGRES_URL", postgres.create("browser_story")?);
    node.env("CHROMIUM", machine::chromium().unwrap_or_default());
    let mut seen = 0;
    let status = command::follow(&mut node, LIMIT, |line| {
        if !chatter(line) {
            println!("{line}");
        }
        tally.tap_line(line);
        seen += 1;
    })?;
    if seen == 0 || (!status.success() && tally.failed() == 0) {
        bail!("the browser tests failed before they could say which");
    }
    Ok(())
}

/// Lines of TAP that say nothing about a test that passed.
fn chatter(line: &str) -> bool {
    let line = line.trim_start();
    ["# ", "---", "...", "duration_ms:", "type:", "1.."].iter().any(|start| line.starts_with(start))
}
