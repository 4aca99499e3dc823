//! What a visit may take: enforced by the kernel for each process, by watching for all of them together.

use super::processes;
use std::time::Duration;

/// What one visit may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the first request to the last answer; what then runs is ended.
    pub time: Duration,
    /// Until the page has to be loaded; then it is read as it is.
    pub load: Duration,
    /// A loaded page that asks for nothing new during this time has settled.
    pub quiet: Duration,
    /// How long a loaded page may go on asking for more.
    pub restless: Duration,
    /// Bytes through the proxy.
    pub bytes: u64,
    /// Memory of all processes together, in bytes.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(18),
            load: Duration::from_secs(11),
            quiet: Duration::from_millis(1_500),
            restless: Duration::from_secs(5),
            bytes: 48 * 1024 * 1024,
            memory: 1_200 * 1024 * 1024,
        }
    }
}

/// How long the page, or the browser, may take to answer one question.
pub const ANSWER: Duration = Duration::from_secs(2);
/// Writable memory of one process (`RLIMIT_DATA`), in bytes.
pub const PROCESS_MEMORY: u64 = 768 * 1024 * 1024;
/// The longest file that the browser may write (`RLIMIT_FSIZE`), in bytes.
const FILE: u64 = 256 * 1024 * 1024;
/// Processor time of one process (`RLIMIT_CPU`), in seconds.
const PROCESSOR: u64 = 40;
/// How often memory is looked at.
const WATCH: Duration = Duration::from_millis(150);

/// A shell's script that sets the limits, makes the process polite and the first to go when memory is short, and becomes
/// the command given to it.
pub fn script() -> String {
    format!(
        "ulimit -c 0 && ulimit -d {} && ulimit -f {} && ulimit -t {PROCESSOR} || exit 93\n\
         echo 800 >/proc/self/oom_score_adj || :\n\
         exec nice -n 5 \"$@\"",
        PROCESS_MEMORY / 1_024,
        // In blocks of 512 bytes.
        FILE / 512,
    )
}

/// Waits until the processes of a user hold more memory than this, in bytes.
pub async fn exceeded(uid: u32, memory: u64) {
    loop {
        tokio::time::sleep(WATCH).await;
        let held = tokio::task::spawn_blocking(move || {
            processes::of_user(uid).iter().map(|process| process.memory).sum::<u64>()
        });
        if held.await.is_ok_and(|held| held > memory) {
            return;
        }
    }
}
