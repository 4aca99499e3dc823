//! `cargo xtask snippet`: the page snippet, from TypeScript to the bytes that a page loads.
//!
//! The built files are committed, so that running Whence needs neither Node nor the compiler. The compiler (oxc) is
//! some 130 packages, hence a cargo feature; the command turns the feature on by itself.

#[cfg(feature = "snippet")]
mod compile;
mod dist;

use clap::Args;

/// What to build.
#[derive(Args)]
pub struct Options {
    /// Also replace the frozen file of the current version; only right while that version is unreleased
    #[arg(long)]
    pub amend: bool,
}

/// Compiles the snippet and writes `dist/whence.js` and the frozen `dist/v/{version}.js`.
#[cfg(feature = "snippet")]
pub fn run(options: &Options) -> anyhow::Result<()> {
    let built = compile::build(&dist::source()?)?;
    let version = dist::version()?;
    dist::write(&version, &built, options.amend)?;
    println!("snippet {version}: {} bytes, {} gzip", built.len(), dist::gzip_len(built.as_bytes())?);
    Ok(())
}

/// Runs this same command again with the compiler built in.
#[cfg(not(feature = "snippet"))]
pub fn run(options: &Options) -> anyhow::Result<()> {
    let mut cargo = std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["run", "--quiet", "--package", "xtask", "--features", "snippet", "--", "snippet"]);
    if options.amend {
        cargo.arg("--amend");
    }
    crate::command::run(cargo.current_dir(crate::repository::root()))
}
