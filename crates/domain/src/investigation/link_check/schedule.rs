//! When a destination is looked at again: once a day, not all at once.

use crate::time::Instant;

/// A destination is never looked at again sooner.
pub const REST_HOURS: i64 = 22;

/// Over so many hours more the looks of a day are spread.
const SPREAD_HOURS: u64 = 4;

/// When a destination is due, given when it was last looked at. Links with one destination are due together, so that one
/// look serves them all; different ones are spread by their text, the same on every node and after every restart.
pub fn due_at(dest: &str, last: Instant) -> Instant {
    let spread = hash(dest) % (SPREAD_HOURS * 3_600_000_000);
    let micros = REST_HOURS * 3_600_000_000 + i64::try_from(spread).unwrap_or_default();
    Instant::from_micros(last.micros().saturating_add(micros))
}

/// FNV-1a: spreads, and need not be hard to foresee.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_a_day_apart_and_spread_over_hours() {
        let last = Instant::from_micros(0);
        let hours: Vec<i64> =
            (0..1_000).map(|n| due_at(&format!("https://shop.test/{n}"), last).micros() / 3_600_000_000).collect();
        for hour in REST_HOURS..REST_HOURS + 4 {
            let many = hours.iter().filter(|due| **due == hour).count();
            assert!((150..350).contains(&many), "{many} in hour {hour}");
        }
        assert_eq!(due_at("a", last), due_at("a", last));
    }
}
