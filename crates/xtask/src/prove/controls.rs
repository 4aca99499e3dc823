//! The control set of the investigation at full length: people whose referral worked, and people whom nobody referred. The
//! tests that tell it are the test command's own; only the numbers differ.

use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::{command, postgres::Postgres};

/// The whole of it takes minutes.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// Asks about so many people of each kind, on both databases.
pub fn prove(people: u32, postgres: &Postgres) -> anyhow::Result<String> {
    let mut test = command::cargo();
    test.args(["test", "--package", "whence", "--test", "it", "--", "--nocapture", "stories::controls"]);
    test.env("WHENCE_CONTROLS", people.to_string()).env("WHENCE_TEST_POSTGRES_URL", postgres.url("postgres"));
    let mut figures = Vec::new();
    let status = command::follow(&mut test, PATIENCE, |line| {
        if line.contains("false losses") {
            figures.push(line.trim().to_owned());
        }
    })?;
    ensure!(status.success(), "somebody was told of a loss that was none: run the tests stories::controls");
    ensure!(figures.len() == 2, "both databases have figures, not {}", figures.len());
    figures.pop().context("there are figures")
}
