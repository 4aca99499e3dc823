//! `cargo xtask bench …`: measuring against something that everybody knows.

mod investigate;
mod redirect;
mod start;

use clap::Subcommand;

/// What to measure.
#[derive(Subcommand)]
pub enum Command {
    /// Durable redirects per second beside nginx answering a constant 302, on the same cores
    Redirect(redirect::Options),
    /// How long an investigation takes over a million clicks, and over ten million
    Investigate(investigate::Options),
    /// How soon the server answers after its start with 10,000 links, and its memory when idle
    Start(start::Options),
}

/// Runs one measurement and prints every reading.
pub fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Redirect(options) => redirect::run(options),
        Command::Investigate(options) => investigate::run(options),
        Command::Start(options) => start::run(options),
    }
}
