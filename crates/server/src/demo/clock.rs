//! A clock that is moved through the past while it is told, and then runs with the machine's.

use crate::clock::{Clock, SystemClock};
use std::sync::atomic::{AtomicI64, Ordering};
use whence_domain::Instant;

/// What it holds while it runs with the machine's clock.
const RUNNING: i64 = i64::MIN;

/// The demo's clock.
#[derive(Debug)]
pub struct StoryClock(AtomicI64);

impl StoryClock {
    /// A clock that stands at `at`.
    pub fn at(at: Instant) -> Self {
        Self(AtomicI64::new(at.micros()))
    }

    /// Moves it on.
    pub fn set(&self, at: Instant) {
        self.0.store(at.micros(), Ordering::SeqCst);
    }

    /// Lets it run.
    pub fn run(&self) {
        self.0.store(RUNNING, Ordering::SeqCst);
    }
}

impl Clock for StoryClock {
    fn now(&self) -> Instant {
        match self.0.load(Ordering::SeqCst) {
            RUNNING => SystemClock.now(),
            micros => Instant::from_micros(micros),
        }
    }
}
