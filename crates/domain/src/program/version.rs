//! Reading what was in force: everything that a decision reads is versioned, and read as of the event's own time
//! (`product.md` 4 "Claims, identity, attribution").

use crate::time::Instant;

/// One version of something that changes.
pub trait Versioned {
    /// Its number: 1 for the first.
    fn number(&self) -> i64;
    /// Since when it is in force, until the next one is.
    fn since(&self) -> Instant;
}

/// The version in force at `at`: the one that began last. Two that begin at one instant: the greater number, since it was
/// made later. `None` before the first. The slice may be in any order.
pub fn as_of<T: Versioned>(versions: &[T], at: Instant) -> Option<&T> {
    in_force(versions, at)
}

/// As [`as_of`], but before the first version the first one holds. For what must always have an answer (a policy), and
/// where the company itself speaks of a time before the partner was entered (an import).
pub fn as_of_or_first<T: Versioned>(versions: &[T], at: Instant) -> Option<&T> {
    in_force(versions, at).or_else(|| versions.iter().min_by_key(|version| (version.since(), version.number())))
}

/// As [`as_of`], over anything that yields versions.
pub(crate) fn in_force<'a, T: Versioned>(versions: impl IntoIterator<Item = &'a T>, at: Instant) -> Option<&'a T> {
    versions
        .into_iter()
        .filter(|version| version.since() <= at)
        .max_by_key(|version| (version.since(), version.number()))
}
