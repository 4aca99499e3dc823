//! Running other programs: bounded in time, and with a sentence when they fail.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

/// Runs `command` with our own output and waits. Fails with the program's name when it cannot start or does not
/// succeed.
pub fn run(command: &mut Command) -> anyhow::Result<()> {
    let name = name(command);
    let status = command.status().with_context(|| format!("cannot start `{name}`"))?;
    if !status.success() {
        bail!("`{name}` failed: {status}");
    }
    Ok(())
}

/// Runs `command`, hands each line of its standard output to `line`, and ends it after `limit`. The program's
/// success is the caller's to judge.
pub fn follow(command: &mut Command, limit: Duration, mut line: impl FnMut(&str)) -> anyhow::Result<ExitStatus> {
    let name = name(command);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = Ended(child.with_context(|| format!("cannot start `{name}`"))?);
    let output = child.0.stdout.take().context("the output was asked for")?;
    let (send, receive) = mpsc::channel();
    thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).try_for_each(|text| send.send(text)));
    let end = Instant::now() + limit;
    loop {
        match receive.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(text) => line(&text),
            Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(child.0.wait()?),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                bail!("`{name}` took longer than {} s", limit.as_secs())
            }
        }
    }
}

/// The trimmed standard output of `command`, or nothing if it cannot be had.
pub fn answer(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// This same cargo, in the root of the repository.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(crate::repository::root());
    cargo
}

/// The program and its arguments as one would type them, for messages.
pub fn name(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

/// A child that never outlives its owner.
pub struct Ended(pub Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // Both fail only where the child has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
