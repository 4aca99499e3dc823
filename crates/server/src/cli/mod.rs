//! The command line: one file per command.

pub mod check;
mod demo;
pub mod investigate;
mod migrate;
mod serve;
pub mod setup;

use crate::config::{Place, ServeArgs};
use crate::control::{self, Request};
use crate::flows::operations::backup;
use clap::{Parser, Subcommand};
use std::future::Future;
use std::path::PathBuf;
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
    /// Show a complete program with a shop, partners and ninety days of traffic; needs nothing
    Demo(demo::Args),
    /// Serve links, snippet, API, webhooks and dashboard
    Serve(ServeArgs),
    /// Bring the database's schema up to date, and say what it is now
    Migrate,
    /// Set up a program with its owner and keys, and print them
    Setup(setup::Args),
    /// Look where a link leads, and say line by line what is in order there
    Check(check::Args),
    /// Find out why a referral was not tracked, or where it stands
    Investigate(investigate::Args),
    /// Recompute every balance and counter from the facts; exit code 1 with the differences
    Verify,
    /// Examine the installation: what is in order, and what to do about the rest
    Doctor,
    /// Copy the spool and the database into a new folder, while the server runs
    Backup {
        /// The folder to make
        to: PathBuf,
    },
    /// Put a backup into a new data folder
    Restore {
        /// The folder that `whence backup` made
        from: PathBuf,
    },
    /// Look after the spool, where clicks are kept before they are in the database
    #[command(subcommand)]
    Spool(SpoolCommand),
}

#[derive(Debug, Subcommand)]
enum SpoolCommand {
    /// Drain the spool of a node that is gone
    Adopt {
        /// Its spool folder
        from: PathBuf,
    },
}

/// Reads the command line and does what it says. A failure is one sentence on standard error and exit code 1.
pub fn run() -> ExitCode {
    match dispatch(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("whence: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let place = cli.place;
    match cli.command {
        Command::Demo(args) => demo::run(args),
        Command::Serve(args) => serve::run(&place, args),
        Command::Migrate => block_on(migrate::run(&place)),
        Command::Setup(args) => block_on(setup::run(&place, args)),
        Command::Check(args) => block_on(check::run(&place, args)),
        Command::Investigate(args) => block_on(investigate::run(&place, args)),
        Command::Verify => block_on(control::ask_and_print(&place, Request::Verify)),
        Command::Doctor => block_on(control::ask_and_print(&place, Request::Doctor)),
        Command::Backup { to } => {
            // The owner of the folder may run elsewhere; the path is meant from here.
            let to = std::path::absolute(to)?;
            block_on(control::ask_and_print(&place, Request::Backup { to }))
        }
        Command::Restore { from } => {
            println!("{}", backup::restore(&from, &place.data_dir)?.text);
            Ok(ExitCode::SUCCESS)
        }
        Command::Spool(SpoolCommand::Adopt { from }) => {
            let from = std::path::absolute(from)?;
            block_on(control::ask_and_print(&place, Request::AdoptSpool { from }))
        }
    }
}

/// Runs a command that needs no more than the main runtime.
fn block_on(command: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}

/// What happens is told on standard error: as much as `RUST_LOG` says, or else `usual`.
fn log_to_stderr(usual: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(usual));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}
