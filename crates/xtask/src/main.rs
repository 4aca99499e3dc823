//! The project's own commands, `cargo xtask …`: what a contributor runs instead of a folder of shell scripts.

mod command;
mod repository;
mod snippet;

use clap::Parser;

/// Whence's own commands. Each explains itself with `--help`.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Build the page snippet from snippet/src into snippet/dist
    Snippet(snippet::Options),
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Snippet(options) => snippet::run(&options),
    }
}
