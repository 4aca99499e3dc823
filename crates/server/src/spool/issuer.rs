//! Gives each click its key: incarnation, millisecond, counter. Within an incarnation the issued time never goes back.

use super::lease::Leases;
use arc_swap::ArcSwap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use whence_domain::tracking::ClickKey;

/// If the clock falls further than this behind what was issued, a new incarnation starts, so that ids do not claim to be
/// of the future for long.
const BEHIND_MILLIS: i64 = 60_000;

/// Issues click keys for all loops of this process.
#[derive(Debug)]
pub struct Issuer {
    leases: Arc<Leases>,
    current: ArcSwap<Run>,
    renewing: Mutex<()>,
}

/// One incarnation: its number, and the last key issued as `millisecond << 16 | counter`.
#[derive(Debug)]
struct Run {
    incarnation: u32,
    last: AtomicU64,
}

impl Run {
    fn new(incarnation: u32) -> Arc<Self> {
        Arc::new(Self { incarnation, last: AtomicU64::new(0) })
    }
}

impl Issuer {
    /// Begins with an incarnation number that was taken from the leases.
    pub fn new(leases: Arc<Leases>, incarnation: u32) -> Self {
        Self { leases, current: ArcSwap::new(Run::new(incarnation)), renewing: Mutex::new(()) }
    }

    /// The next key at a moment given in milliseconds since 1970. More than 65,536 in one millisecond borrow from the
    /// next.
    pub fn issue(&self, now_millis: i64) -> ClickKey {
        let run = self.current.load();
        let fresh = now_millis.max(0).unsigned_abs() << 16;
        let behind = (run.last.load(Ordering::Relaxed) >> 16) as i64 - now_millis;
        if behind > BEHIND_MILLIS && self.renew(run.incarnation) {
            return self.issue(now_millis);
        }
        let next = |last: u64| Some(fresh.max(last + 1));
        let last = run.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or(fresh);
        let issued = fresh.max(last + 1);
        ClickKey { incarnation: run.incarnation, millis: (issued >> 16) as i64, counter: issued as u16 }
    }

    /// Starts a new incarnation unless another loop just did; false if there is no number left. Then the old one goes on
    /// at the time it has reached, which is late but not wrong.
    fn renew(&self, old: u32) -> bool {
        let _alone = self.renewing.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if self.current.load().incarnation != old {
            return true;
        }
        match self.leases.take() {
            Ok(Some(number)) => {
                tracing::warn!(incarnation = number, "the clock went back: click ids go on in a new incarnation");
                self.current.store(Run::new(number));
                true
            }
            Ok(None) | Err(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const NOW: i64 = 1_772_323_200_000;

    fn issuer(folder: &std::path::Path) -> Issuer {
        let leases = Leases::open(folder, || "node".into()).expect("a folder");
        leases.add(0).expect("writable");
        let first = leases.take().expect("readable").expect("a number");
        Issuer::new(Arc::new(leases), first)
    }

    #[test]
    fn no_key_is_issued_twice_however_many_in_one_millisecond() {
        let folder = tempfile::tempdir().expect("a folder");
        let issuer = issuer(folder.path());
        let keys: HashSet<ClickKey> = (0..70_000).map(|_| issuer.issue(NOW)).collect();
        assert_eq!(keys.len(), 70_000);
        assert!(keys.iter().all(|key| key.millis - NOW < 2));
    }

    #[test]
    fn issued_time_does_not_go_back_with_the_clock() {
        let folder = tempfile::tempdir().expect("a folder");
        let issuer = issuer(folder.path());
        let first = issuer.issue(NOW);
        let second = issuer.issue(NOW - 30_000);
        assert_eq!((second.incarnation, second.millis), (first.incarnation, NOW));
        assert!(second > first);
    }

    #[test]
    fn a_clock_that_falls_a_minute_behind_starts_a_new_incarnation() {
        let folder = tempfile::tempdir().expect("a folder");
        let issuer = issuer(folder.path());
        let first = issuer.issue(NOW);
        let second = issuer.issue(NOW - 60_001);
        assert_ne!(second.incarnation, first.incarnation);
        assert_eq!(second.millis, NOW - 60_001);
    }
}
