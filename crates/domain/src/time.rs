//! Instants, days in a program's zone, windows and periods. Nothing here asks what time it is.

use serde::{Deserialize, Serialize};

/// Microseconds in one day of 24 hours.
pub const DAY_MICROS: i64 = 86_400_000_000;

/// A point in time: microseconds since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// From microseconds since the epoch, as stored.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From milliseconds since the epoch, as the REST API writes them; saturates at the ends.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// From whole seconds since the epoch, as payment providers write them; saturates at the ends.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since the epoch, rounded down.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// This instant moved by so many microseconds; saturates at the ends.
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// This instant moved by so many days of 24 hours; saturates at the ends.
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_micros(days.saturating_mul(DAY_MICROS))
    }

    /// A provider's whole-second time counts as the end of that second, or as the moment we learned of it if that is
    /// earlier (`product.md` 4 "Money"), so that a click in the same second is still before it.
    pub fn end_of_provider_second(seconds: i64, recorded_at: Self) -> Self {
        Self::from_seconds(seconds.saturating_add(1)).plus_micros(-1).min(recorded_at)
    }
}

/// A calendar day in some program's time zone, written `2026-03-31`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(String);

impl Day {
    /// The day on which `at` falls in the zone. The caller holds the zone, loaded once per program.
    pub fn of(at: Instant, zone: &jiff::tz::TimeZone) -> Self {
        let stamp = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Self(stamp.to_zoned(zone.clone()).date().to_string())
    }

    /// The day as `2026-03-31`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How long after a click a sign-up still belongs to it, in days of 24 hours. 90 unless the program says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Window {
    days: u32,
}

impl Window {
    /// What PartnerStack uses and therefore our default (`wire.md` 2.5).
    pub const DEFAULT: Self = Self { days: 90 };

    /// A window of so many days.
    pub const fn from_days(days: u32) -> Self {
        Self { days }
    }

    /// Its length in days.
    pub const fn days(self) -> u32 {
        self.days
    }

    /// Whether something at `later` still falls within the window of something at `earlier`: not before it, and at most
    /// exactly the window's length after it.
    pub fn covers(self, earlier: Instant, later: Instant) -> bool {
        earlier <= later && later <= earlier.plus_days(i64::from(self.days))
    }
}

/// A stretch of time, half-open: it begins at `start` and ends just before `end`, where the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    /// First instant inside.
    pub start: Instant,
    /// First instant after.
    pub end: Instant,
}

impl Period {
    /// Whether `at` lies inside.
    pub fn contains(self, at: Instant) -> bool {
        self.start <= at && at < self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_exact_to_the_microsecond() {
        let click = Instant::from_seconds(1_000_000);
        let window = Window::DEFAULT;
        assert!(window.covers(click, click));
        assert!(window.covers(click, click.plus_days(90)));
        assert!(!window.covers(click, click.plus_days(90).plus_micros(1)));
        assert!(!window.covers(click, click.plus_micros(-1)));
    }

    #[test]
    fn a_day_is_that_of_the_programs_zone() {
        let zone = jiff::tz::TimeZone::get("America/New_York").expect("bundled zone");
        let at = Instant::from_seconds(1_772_323_200); // 2026-03-01T00:00Z
        assert_eq!(Day::of(at, &zone).as_str(), "2026-02-28");
        assert_eq!(Day::of(at, &jiff::tz::TimeZone::UTC).as_str(), "2026-03-01");
    }
}
