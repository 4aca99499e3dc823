//! `cargo xtask test`: every test there is, on this machine, with one command.

mod browser;
pub mod tally;

use std::{
    process::Command,
    time::{Duration, Instant},
};

use anyhow::bail;
use clap::Args;

use crate::{
    command, machine,
    postgres::{Durability, Postgres},
    prove, repository,
};
use tally::Tally;

/// The workspace's own tests must end within this; the first build on a slow machine takes most of it.
const CARGO_LIMIT: Duration = Duration::from_secs(60 * 60);

/// All tests; nothing is skipped. Installs PostgreSQL, three browsers and Node.js where it may.
#[derive(Args)]
pub struct Options {
    /// Leave out formatting and lints
    #[arg(long)]
    no_lint: bool,
}

/// Runs everything and ends with `N passed, M failed`. Fails if any test failed, if a database engine was not tested,
/// or if something the tests need is missing.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let started = Instant::now();
    machine::ready_for_tests()?;
    if !options.no_lint {
        lint()?;
    }
    let postgres = Postgres::start(Durability::Fast)?;
    let mut tally = Tally::default();
    rust(&postgres, &mut tally)?;
    browser::run(&postgres, &mut tally)?;
    drop(postgres);
    prove::small(&mut tally)?;

    println!("\ntime: {} s", started.elapsed().as_secs());
    tally.report();
    match tally.verdict() {
        Some(wrong) => bail!("{wrong}"),
        None => Ok(()),
    }
}

/// Formatting and lints, with every warning an error.
fn lint() -> anyhow::Result<()> {
    command::run(command::cargo().args(["fmt", "--all", "--check"]))?;
    let clippy = ["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"];
    command::run(command::cargo().args(clippy))
}

/// The tests of the workspace, and the `whence` binary that the later ones start.
fn rust(postgres: &Postgres, tally: &mut Tally) -> anyhow::Result<()> {
    command::run(command::cargo().args(["build", "--workspace", "--all-targets"]))?;
    cargo_test(&["--workspace", "--no-fail-fast"], postgres, tally)?;
    // Only this one needs the snippet's compiler. With a feature of its own, it leaves every other build as it was.
    cargo_test(&["--package", "xtask", "--features", "snippet", "the_committed_snippet"], postgres, tally)
}

fn cargo_test(arguments: &[&str], postgres: &Postgres, tally: &mut Tally) -> anyhow::Result<()> {
    let mut cargo = command::cargo();
    cargo.arg("test").args(arguments).env("WHENCE_TEST_POSTGRES_URL", postgres.url("postgres"));
    let before = tally.failed();
    let status = command::follow(&mut cargo, CARGO_LIMIT, |line| {
        println!("{line}");
        tally.cargo_line(line);
    })?;
    if !status.success() && tally.failed() == before {
        bail!("`{}` failed before it could say which test", command::name(&cargo));
    }
    Ok(())
}

/// The binary under test.
pub fn whence() -> std::path::PathBuf {
    repository::target().join("debug/whence")
}

/// A command in the folder of the browser tests.
fn npm(arguments: &[&str]) -> Command {
    let mut npm = Command::new("npm");
    npm.args(arguments).current_dir(repository::root().join("tests/browser"));
    npm
}
