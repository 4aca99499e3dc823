//! The project's own commands, `cargo xtask …`: what a contributor runs instead of a folder of shell scripts.

mod bench;
mod command;
mod generate;
mod http;
mod machine;
mod postgres;
mod prove;
mod repository;
mod server;
mod snippet;
mod test;

use clap::Parser;

/// Whence's own commands. Each explains itself with `--help`.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Run every test: lints, unit tests, both databases, real browsers, a small kill test
    Test(test::Options),
    /// Build the page snippet from snippet/src into snippet/dist
    Snippet(snippet::Options),
    /// Start a throw-away PostgreSQL and print its address
    Pg(postgres::Options),
    /// Run the long proofs: no acknowledged click is lost or counted twice, whatever is killed
    Prove(prove::Options),
    /// Fill a database with a year of a busy program, for measuring
    Generate(generate::Options),
    /// Measure
    #[command(subcommand)]
    Bench(bench::Command),
}

fn main() -> anyhow::Result<()> {
    match Command::parse() {
        Command::Test(options) => test::run(&options),
        Command::Snippet(options) => snippet::run(&options),
        Command::Pg(options) => postgres::serve(&options),
        Command::Prove(options) => prove::run(&options),
        Command::Generate(options) => generate::run(&options),
        Command::Bench(what) => bench::run(&what),
    }
}
