//! `kill -9` at random times under load, again and again on the same data.

use std::{thread, time::Duration};

use super::{
    ledger,
    load::{self, Clicks},
};
use crate::server::Server;

/// Kills the server `times` times and starts it again each time; then every acknowledged click must be there once.
pub fn prove(server: &mut Server, times: u32, seed: u64) -> anyhow::Result<String> {
    let mut random = Random(seed | 1);
    let mut clicks = Clicks::default();
    let mut slowest_start = Duration::ZERO;
    for _ in 0..times {
        let life = Duration::from_millis(20 + random.below(600));
        let (seen, ()) = load::while_running(server, |server| {
            thread::sleep(life);
            server.kill();
        });
        clicks.add(seen);
        slowest_start = slowest_start.max(server.start()?);
    }
    let figures = ledger::balance(server, &clicks)?;
    Ok(format!("{times} kills: {figures}, slowest start {} ms", slowest_start.as_millis()))
}

/// Marsaglia's xorshift: enough to choose a moment, and the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
