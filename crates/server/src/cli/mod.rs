//! The command line: one file per command.

mod migrate;
pub mod setup;

use crate::config::Place;
use clap::{Parser, Subcommand};
use std::future::Future;
use std::process::ExitCode;

/// Self-hosted partner tracking that can always say why.
#[derive(Debug, Parser)]
#[command(name = "whence", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring the database's schema up to date, and say what it is now
    Migrate,
    /// Set up a program with its owner and keys, and print them
    Setup(setup::Args),
}

/// Reads the command line and does what it says. A failure is one sentence on standard error and exit code 1.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Migrate => block_on(migrate::run(&cli.place)),
        Command::Setup(args) => block_on(setup::run(&cli.place, args)),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("whence: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command that needs no more than the main runtime.
fn block_on(command: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}
