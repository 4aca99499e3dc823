//! What the edge remembers of the last seconds, to tell a repeat and a burst from a click: two small tables of fixed
//! size in memory, keyed by a hash that changes with every start. Nothing of it is ever stored.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use whence_domain::tracking::screening::{BURST_STRETCH_MILLIS, Recent};

/// Slots of each table: 512 KiB each.
const SLOTS: usize = 1 << 16;

/// The memory, shared by all loops. Two visitors that fall on one slot make each other be forgotten, which counts a repeat
/// as a click; a slot holds enough of the hash that they are practically never taken for each other.
#[derive(Debug)]
pub struct Memory {
    hasher: RandomState,
    /// 24 bits of hash, 40 bits of milliseconds.
    visitors: Box<[AtomicU64]>,
    /// 24 bits of hash, 24 bits of stretch number, 16 bits of count.
    addresses: Box<[AtomicU64]>,
}

impl Default for Memory {
    fn default() -> Self {
        let slots = || std::iter::repeat_with(AtomicU64::default).take(SLOTS).collect();
        Self { hasher: RandomState::new(), visitors: slots(), addresses: slots() }
    }
}

impl Memory {
    /// Notes a click on a link and answers what was remembered before.
    pub fn note(&self, link: u64, address: IpAddr, user_agent: &str, now_millis: i64) -> Recent {
        Recent {
            same_visitor_millis_ago: self.note_visitor(self.hasher.hash_one((link, address, user_agent)), now_millis),
            clicks_of_address: self.note_address(self.hasher.hash_one(address), now_millis),
        }
    }

    fn note_visitor(&self, hash: u64, now_millis: i64) -> Option<i64> {
        const TIME: u64 = (1 << 40) - 1;
        let now = now_millis.unsigned_abs() & TIME;
        let entry = (hash >> 40 << 40) | now;
        let before = self.visitors[hash as usize % SLOTS].swap(entry, Ordering::Relaxed);
        (before >> 40 == entry >> 40 && before != 0).then(|| now as i64 - (before & TIME) as i64)
    }

    fn note_address(&self, hash: u64, now_millis: i64) -> u32 {
        let stretch = (now_millis / BURST_STRETCH_MILLIS).unsigned_abs() & 0xff_ffff;
        let first = (hash >> 40 << 40) | (stretch << 16);
        let slot = &self.addresses[hash as usize % SLOTS];
        let next = |before: u64| {
            let same = before >> 16 == first >> 16;
            Some(if same { before + u64::from(before & 0xffff < 0xffff) } else { first | 1 })
        };
        let before = slot.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).unwrap_or_default();
        if before >> 16 == first >> 16 { (before & 0xffff) as u32 + 1 } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_772_323_200_000;
    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));

    #[test]
    fn the_same_visitor_on_the_same_link_is_remembered() {
        let memory = Memory::default();
        assert_eq!(memory.note(1, HOME, "a", NOW).same_visitor_millis_ago, None);
        assert_eq!(memory.note(1, HOME, "a", NOW + 250).same_visitor_millis_ago, Some(250));
        assert_eq!(memory.note(2, HOME, "a", NOW + 300).same_visitor_millis_ago, None);
        assert_eq!(memory.note(1, HOME, "b", NOW + 300).same_visitor_millis_ago, None);
    }

    #[test]
    fn clicks_of_an_address_are_counted_within_a_stretch_and_never_overflow() {
        let memory = Memory::default();
        let start = NOW / BURST_STRETCH_MILLIS * BURST_STRETCH_MILLIS;
        for expected in 1..=100 {
            assert_eq!(memory.note(expected.into(), HOME, "a", start).clicks_of_address, expected);
        }
        assert_eq!(memory.note(1, HOME, "a", start + BURST_STRETCH_MILLIS).clicks_of_address, 1);
        for _ in 0..70_000 {
            memory.note(1, HOME, "a", start + BURST_STRETCH_MILLIS);
        }
        assert!(memory.note(1, HOME, "a", start + BURST_STRETCH_MILLIS).clicks_of_address > 60_000);
    }
}
