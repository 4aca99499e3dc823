//! The `whence` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    whence::cli::run()
}
