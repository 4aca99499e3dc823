//! `cargo xtask prove`: the promises about clicks, tried with the server killed, its database gone, and the order turned
//! around (reliability.md). CI runs the same proofs, a hundredth as long, as part of the test command.

mod controls;
mod early_signup;
mod kill;
mod ledger;
mod load;
mod outage;

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;

use crate::{
    command, machine,
    postgres::{Durability, Postgres},
    repository,
    server::Server,
    test::tally::Tally,
};

/// How long to try.
#[derive(Args)]
pub struct Options {
    /// How often the server is killed, on each database
    #[arg(long, default_value_t = 50)]
    kills: u32,
    /// How long the database is stopped, in seconds
    #[arg(long, default_value_t = 30)]
    outage_s: u64,
    /// How many sign-ups arrive before their click is drained, on each database
    #[arg(long, default_value_t = 200)]
    signups: u32,
    /// How many people of each kind the control set of the investigation has; 0 leaves it out
    #[arg(long, default_value_t = 1_000)]
    controls: u32,
    /// Where the random times come from; the same number gives the same times
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Use the binary of the test profile instead of a release build
    #[arg(long)]
    debug: bool,
}

/// The proofs at full length, each with its figures.
pub fn run(options: &Options) -> anyhow::Result<()> {
    machine::ready_for_tests()?;
    let binary = if options.debug { crate::test::whence() } else { release()? };
    let mut tally = Tally::default();
    all(&binary, options, &mut tally)?;
    tally.report();
    tally.verdict().map_or(Ok(()), |wrong| anyhow::bail!(wrong))
}

/// The proofs as the test command runs them.
pub fn small(tally: &mut Tally) -> anyhow::Result<()> {
    let options = Options { kills: 3, outage_s: 3, signups: 5, controls: 0, seed: 1, debug: true };
    all(&crate::test::whence(), &options, tally)
}

/// An optimised binary: what an operator runs. `WHENCE_BIN` names one that is built already.
pub fn release() -> anyhow::Result<PathBuf> {
    if let Some(built) = std::env::var_os("WHENCE_BIN") {
        return Ok(built.into());
    }
    command::run(command::cargo().args(["build", "--release", "--package", "whence"]))?;
    Ok(repository::target().join("release/whence"))
}

/// Where clicks are kept.
#[derive(Clone, Copy, PartialEq)]
enum Engine {
    Sqlite,
    Postgres,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

fn all(binary: &Path, options: &Options, tally: &mut Tally) -> anyhow::Result<()> {
    let mut postgres = Postgres::start(Durability::Full)?;
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let database = |name: &str| match engine {
            Engine::Sqlite => Ok(None),
            Engine::Postgres => postgres.create(name).map(Some),
        };
        let mut proof = Proof::new(binary, database("proof_kill")?)?;
        let outcome = kill::prove(&mut proof.server, options.kills, options.seed);
        note(tally, engine, "no_acknowledged_click_is_lost_or_doubled_by_kill_9", outcome);

        let proof = Proof::new(binary, database("proof_early_signup")?)?;
        let outcome = early_signup::prove(&proof.server, options.signups);
        note(tally, engine, "a_sign_up_that_outruns_its_click_is_attributed", outcome);
    }
    let database = postgres.create("proof_outage")?;
    let mut proof = Proof::new(binary, Some(database))?;
    if options.controls > 0 {
        let outcome = controls::prove(options.controls, &postgres);
        note(tally, Engine::Postgres, "nobody_is_told_of_a_loss_that_was_none", outcome);
    }
    let outcome = outage::prove(&mut proof.server, &mut postgres, Duration::from_secs(options.outage_s));
    note(tally, Engine::Postgres, "no_acknowledged_click_is_lost_or_doubled_while_the_database_is_stopped", outcome);
    Ok(())
}

/// Prints a proof's figures in the form of a test, and counts it.
fn note(tally: &mut Tally, engine: Engine, name: &str, outcome: anyhow::Result<String>) {
    let name = format!("prove::{engine}::{name}");
    match &outcome {
        Ok(figures) => println!("test {name} ... ok\n     {figures}"),
        Err(error) => println!("test {name} ... FAILED\n     {error:#}"),
    }
    tally.add(&name, outcome.is_ok());
}

/// A server in a temporary folder.
struct Proof {
    server: Server,
    _folder: tempfile::TempDir,
}

impl Proof {
    fn new(binary: &Path, database: Option<String>) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("whence-proof-").tempdir()?;
        let server = Server::new(binary, &folder.path().join("data"), database)?;
        Ok(Self { server, _folder: folder })
    }
}
