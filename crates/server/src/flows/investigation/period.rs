//! Which time a question is about.

use super::investigate::Asked;
use whence_domain::program::Policy;
use whence_domain::{Instant, Period};

/// So many days on either side of "about then" (`product.md` 5).
const AROUND_DAYS: i64 = 14;
/// Without any word about the time, and nobody known, so many days up to now.
const LATELY_DAYS: i64 = 90;

/// The time that was named, if one was.
pub(super) fn said(asked: &Asked, now: Instant) -> Option<Period> {
    match (asked.from, asked.to, asked.around) {
        (None, None, None) => None,
        (None, None, Some(around)) => {
            Some(Period { start: around.plus_days(-AROUND_DAYS), end: around.plus_days(AROUND_DAYS) })
        }
        (from, to, _) => {
            let end = to.unwrap_or_else(|| from.map_or(now, |from| now.max(from)));
            Some(Period { start: from.unwrap_or_else(|| end.plus_days(-LATELY_DAYS)), end })
        }
    }
}

/// Where no time was named: the window before the customer's sign-up and a fortnight after it, else the last three months.
pub(super) fn derived(signed_up_at: Option<Instant>, policies: &[Policy], now: Instant) -> Period {
    match signed_up_at {
        Some(at) => Period { start: at.plus_days(-longest_window(policies)), end: at.plus_days(AROUND_DAYS) },
        None => Period { start: now.plus_days(-LATELY_DAYS), end: now },
    }
}

/// The longest window that the program ever had, in days.
pub(super) fn longest_window(policies: &[Policy]) -> i64 {
    policies.iter().map(|policy| i64::from(policy.window.days())).max().unwrap_or(LATELY_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_what_was_said_else_what_the_sign_up_suggests() {
        let at = |day: i64| Instant::from_micros(0).plus_days(day);
        let now = at(1_000);
        let asked = |from, to, around| Asked { from, to, around, ..Asked::default() };
        let days = |period: Option<Period>| period.map(|period| (period.start, period.end));
        assert_eq!(days(said(&asked(None, None, Some(at(500))), now)), Some((at(486), at(514))));
        assert_eq!(days(said(&asked(Some(at(1)), Some(at(2)), Some(at(500))), now)), Some((at(1), at(2))));
        assert_eq!(days(said(&asked(Some(at(900)), None, None), now)), Some((at(900), now)));
        assert_eq!(days(said(&asked(None, Some(at(100)), None), now)), Some((at(10), at(100))));
        assert_eq!(said(&asked(None, None, None), now), None);
        assert_eq!(days(Some(derived(Some(at(700)), &[Policy::default()], now))), Some((at(610), at(714))));
        assert_eq!(days(Some(derived(None, &[], now))), Some((at(910), now)));
    }
}
