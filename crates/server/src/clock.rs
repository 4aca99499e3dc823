//! The one place that asks what time it is and draws randomness. Everything else is given both.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use whence_domain::Instant;

/// Tells the time. The server's clock is the system's; the demo and tests set their own.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands still until it is set: for the demo's past and for tests.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl SetClock {
    /// A clock standing at `at`.
    pub fn new(at: Instant) -> Self {
        Self(AtomicI64::new(at.micros()))
    }

    /// Moves it.
    pub fn set(&self, at: Instant) {
        self.0.store(at.micros(), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// `N` bytes of the operating system's randomness.
///
/// # Panics
/// If the operating system has none, which it reports only before it has booted far enough to run this program.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// The 128 bits of a new id: a version 7 UUID made at `now`, so that ids sort by the time of their making.
pub fn id_bits(now: Instant) -> u128 {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random()).into_uuid().as_u128()
}

/// Ids for one unit of work, drawn as they are needed. A unit may be run again; then it goes on drawing.
#[derive(Debug)]
pub struct Ids {
    first: u128,
    drawn: AtomicU64,
}

impl Ids {
    /// Ids of this moment.
    pub fn at(now: Instant) -> Self {
        Self { first: id_bits(now), drawn: AtomicU64::new(0) }
    }

    /// The bits of the next id; each sorts after the one before.
    pub fn next(&self) -> u128 {
        self.first.wrapping_add(u128::from(self.drawn.fetch_add(1, Ordering::Relaxed)))
    }
}

/// `length` letters and digits drawn evenly, for keys and secrets.
pub fn random_text(length: usize) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = String::with_capacity(length);
    while text.len() < length {
        // Bytes past the last whole multiple of 62 are drawn again, so that every letter is as likely as any other.
        let fresh = random::<64>().into_iter().filter(|byte| *byte < 248);
        text.extend(fresh.take(length - text.len()).map(|byte| char::from(LETTERS[usize::from(byte % 62)])));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_text_has_the_length_asked_for() {
        assert_eq!(random_text(32).len(), 32);
        assert_ne!(random_text(32), random_text(32));
    }

    #[test]
    fn later_ids_sort_after_earlier_ones() {
        assert!(id_bits(Instant::from_millis(1_000)) < id_bits(Instant::from_millis(1_001)));
    }
}
