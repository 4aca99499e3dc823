//! The processes of a visit, found by their user: nobody else runs as that user.

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use std::fs;
use std::time::{Duration, Instant};

/// A process, as `/proc` tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: i32,
    /// Memory of its own and memory shared with others, in bytes: what files hold is not counted.
    pub memory: u64,
    /// Whether its system calls are filtered.
    pub is_filtered: bool,
    /// How many process namespaces it lives in: 1 is none of its own.
    pub depth: usize,
    /// Whether it has ended and nobody has asked for its result yet.
    pub is_dead: bool,
}

/// The processes of a user.
pub fn of_user(uid: u32) -> Vec<Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    // One that ends in between is none.
    pids.filter_map(|pid| read(pid, uid, &fs::read_to_string(format!("/proc/{pid}/status")).ok()?)).collect()
}

/// Reads a `status` file of `/proc`; nothing if it is another user's.
fn read(pid: i32, uid: u32, status: &str) -> Option<Process> {
    let mut process = Process { pid, depth: 1, ..Process::default() };
    let mut is_theirs = false;
    for line in status.lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let mut words = value.split_whitespace();
        let kilobytes = |word: Option<&str>| word.and_then(|word| word.parse::<u64>().ok()).unwrap_or(0) * 1_024;
        match name {
            "Uid" => is_theirs = words.any(|word| word.parse() == Ok(uid)),
            "State" => process.is_dead = words.next() == Some("Z"),
            "RssAnon" | "RssShmem" => process.memory += kilobytes(words.next()),
            "Seccomp" => process.is_filtered = words.next() == Some("2"),
            "NSpid" => process.depth = words.count(),
            _ => {}
        }
    }
    is_theirs.then_some(process)
}

/// Ends every process of a user, and waits until none is left.
///
/// Where this process is the first of its container, those whose parents have ended are its own, and nobody else would ever
/// ask for their results.
///
/// # Errors
/// How many are left after some seconds.
pub fn end_all(uid: u32) -> Result<(), usize> {
    let begun = Instant::now();
    loop {
        let (dead, alive): (Vec<Process>, Vec<Process>) = of_user(uid).into_iter().partition(|process| process.is_dead);
        for pid in dead.iter().filter_map(|process| Pid::from_raw(process.pid)) {
            // It is ours to ask for only if it has become our child.
            let _ = waitpid(Some(pid), WaitOptions::NOHANG);
        }
        for pid in alive.iter().filter_map(|process| Pid::from_raw(process.pid)) {
            // One that has just ended by itself is what we want.
            let _ = kill_process(pid, Signal::KILL);
        }
        // The dead hold nothing; whoever else is their parent may take its time.
        let patience = if alive.is_empty() { Duration::from_secs(1) } else { Duration::from_secs(5) };
        let is_late = begun.elapsed() > patience;
        match (alive.len(), dead.len()) {
            (0, 0) => return Ok(()),
            (0, _) if is_late => return Ok(()),
            (left, _) if is_late => return Err(left),
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STATUS: &str = "Name:\tchromium\nState:\tS (sleeping)\nPid:\t42\nUid:\t60706\t60706\t60706\t60706\n\
                          NSpid:\t42\t7\nRssAnon:\t    1000 kB\nRssFile:\t  150000 kB\nRssShmem:\t      24 kB\n\
                          Seccomp:\t2\n";

    #[test]
    fn a_process_is_read_with_its_memory_and_its_sandbox_and_only_its_own_users() {
        let process = Process { pid: 42, memory: 1_024 * 1_024, is_filtered: true, depth: 2, is_dead: false };
        assert_eq!(read(42, 60_706, STATUS), Some(process));
        assert_eq!(read(42, 6_070, STATUS), None);
        assert_eq!(read(42, 60_706, ""), None);
    }

    #[test]
    fn this_process_is_among_its_users() {
        let uid = rustix::process::geteuid().as_raw();
        let pid = i32::try_from(std::process::id()).expect("a process number");
        let found = of_user(uid).into_iter().find(|process| process.pid == pid).expect("this process");
        assert!(found.memory > 0 && !found.is_dead);
    }
}
