//! Running other programs, with a sentence when they fail.

use std::process::Command;

use anyhow::{Context as _, bail};

/// Runs `command` with our own output and waits. Fails with the program's name when it cannot start or does not
/// succeed.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let name = name(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{name}`"))?;
    if !status.success() {
        bail!("`{name}` failed: {status}");
    }
    Ok(())
}

/// The program and its arguments as one would type them, for messages.
pub fn name(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned()),
    );
    words.join(" ")
}
