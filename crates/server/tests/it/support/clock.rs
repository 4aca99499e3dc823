//! A clock that tests hold: it moves by a millisecond whenever it is asked, so that what comes later has a later time
//! and a later id, and by as much as a test says.

use std::sync::atomic::{AtomicI64, Ordering};
use whence::clock::Clock;
use whence_domain::Instant;

/// Where test clocks begin: 2026-03-01T00:00Z.
const START_MILLIS: i64 = 1_772_323_200_000;

/// The clock of one test.
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock at the beginning.
    pub fn new() -> Self {
        Self(AtomicI64::new(START_MILLIS * 1_000))
    }

    /// Lets seconds pass.
    pub fn pass_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    /// Lets days pass.
    pub fn pass_days(&self, days: i64) {
        self.0.fetch_add(days * 86_400_000_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.fetch_add(1_000, Ordering::SeqCst))
    }
}
